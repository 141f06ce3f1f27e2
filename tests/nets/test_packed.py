"""Packed decoders against the nets they are made from."""

import dataclasses

import pytest
import torch

from livesyn.base.errors import ConfigError, ShapeError
from livesyn.nets import music_vae
from livesyn.nets.byte_product import MOST, ByteProduct, has_byte_products
from livesyn.nets.fastest import LARGE, fastest
from livesyn.nets.hierarchical_vae import build
from livesyn.nets.music_vae import MusicVAE
from livesyn.nets.packed import PackedLSTM, agreement, likeliest, packed


def net(**sizes):
    torch.manual_seed(0)
    return MusicVAE(dataclasses.replace(music_vae.preset("toy"), **sizes)).eval()


@pytest.fixture(params=["products", "torch"])
def products(request, monkeypatch):
    """With this processor's products of bytes, and as on one without."""
    if request.param == "torch":
        monkeypatch.setattr("livesyn.nets.packed.has_byte_products", lambda: False)
    elif not has_byte_products():
        pytest.skip("this processor has no products of bytes")


@pytest.mark.parametrize(
    "dtype, tolerance", [(torch.int8, 0.03), (torch.bfloat16, 0.02), (torch.float32, 1e-5)]
)
@pytest.mark.parametrize("inputs, units, layers", [(20, 24, 1), (37, 40, 3)])
@pytest.mark.parametrize("batch", [1, 2, 7, 33])
def test_a_packed_lstm_steps_as_the_plain_one(
    dtype, tolerance, inputs, units, layers, batch, products
):
    torch.manual_seed(1)
    lstm = torch.nn.LSTM(inputs, units, layers).requires_grad_(False)
    # columns and rows of very different size, as trained nets have
    for (
        name,
        weight,
    ) in lstm.named_parameters():
        if "weight" in name:
            weight.mul_(torch.logspace(-1, 1, weight.shape[1]) * 2)
    light = PackedLSTM(lstm, dtype)
    state = other = tuple(torch.randn(layers, batch, units) for _ in range(2))
    for _ in range(3):
        x = torch.randn(1, batch, inputs) / 4
        out, state = lstm(x, state)
        packed_out, other = light(x, other)
        assert packed_out.shape == out.shape and packed_out.dtype == torch.float32
        error = (packed_out - out).square().mean().sqrt()
        assert error < tolerance
        state = tuple(s.clone() for s in other)  # each step is compared from the same state


def test_only_a_plain_lstm_can_be_packed():
    for odd in (
        torch.nn.LSTM(3, 4, bidirectional=True),
        torch.nn.LSTM(3, 4, proj_size=2),
        torch.nn.LSTM(3, 4, batch_first=True),
        torch.nn.LSTM(3, 4, bias=False),
    ):
        with pytest.raises(ConfigError, match="plain LSTM"):
            PackedLSTM(odd)


def test_it_works_inside_and_outside_of_inference_mode():
    light = fastest(net(layers=2), "cpu")
    z = torch.randn(2, 16, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        first = light.decode(z, 0.0)
    assert torch.equal(light.decode(z, 0.0), first)
    again = light.decode(z.flip(0), 0.0)
    assert torch.equal(again, first.flip(0)) and not torch.equal(again, first)


def test_in_float32_a_packed_net_writes_the_same_bars():
    plain = net(layers=2)
    light = packed(plain, torch.float32)
    z = torch.randn(5, 16, generator=torch.Generator().manual_seed(0))
    draw = [torch.Generator().manual_seed(3) for _ in range(2)]
    assert (plain.decode(z, 0.5, draw[0]) == light.decode(z, 0.5, draw[1])).all()
    forced = torch.randint(0, 90, (5, 16), generator=torch.Generator().manual_seed(1))
    assert (plain.decode(z, 0.0, forced=forced) == light.decode(z, 0.0, forced=forced)).all()
    assert agreement(plain, light, z) == 1
    assert isinstance(plain.decoder, torch.nn.LSTM)  # it was left as it was
    assert light.encoder is plain.encoder


def test_the_likeliest_event_is_found_step_by_step_as_by_teacher_forcing():
    plain = net()
    z, tokens = torch.randn(3, 16), torch.randint(0, 90, (3, 32))
    with torch.no_grad():
        assert (likeliest(plain, z, tokens) == plain(z, tokens).argmax(2)).all()


def test_in_bytes_nearly_all_steps_agree(products):
    torch.manual_seed(0)
    plain = net(decoder=96, layers=2)
    with torch.no_grad():
        plain.output.weight *= 8  # as sure of itself as a trained net is
    assert (
        agreement(
            plain, packed(plain), torch.randn(40, 16, generator=torch.Generator().manual_seed(0))
        )
        >= 0.99
    )
    broken = packed(plain)
    scale = broken.decoder.scale0
    assert isinstance(scale, torch.Tensor)
    scale.mul_(1.5)
    assert (
        agreement(plain, broken, torch.randn(40, 16, generator=torch.Generator().manual_seed(0)))
        < 0.97
    )


def test_a_packed_net_is_stepped_and_never_plays_what_was_recorded_of_another():
    plain = net()
    plain.writer = lambda *_, **__: 1 / 0
    light = packed(plain)
    assert light.decode(torch.zeros(1, 16), 0.0).shape == (1, 32)
    with pytest.raises(ShapeError, match="32 at once"):
        light(torch.zeros(1, 16), torch.zeros(1, 32, dtype=torch.long))


def test_a_flat_decoder_is_packed_and_in_fewer_bits_only_where_it_is_large(monkeypatch):
    small, long = net(), build("hierarchical-toy")
    assert fastest(small, "cpu").decoder.dtype == torch.float32
    assert fastest(small, "cuda") is small and fastest(long, "cpu") is long
    assert (
        sum(
            p.numel()
            for p in MusicVAE(dataclasses.replace(music_vae.preset("small"))).decoder.parameters()
        )
        < LARGE
    )
    monkeypatch.setattr("livesyn.nets.fastest.LARGE", 100)
    assert fastest(long, "cpu") is long
    assert fastest(small, "cpu").decoder.dtype == torch.int8
    monkeypatch.setattr("livesyn.nets.fastest.has_bfloat16", lambda device: True)
    assert fastest(small, "cuda").decoder.dtype == torch.bfloat16
    monkeypatch.setattr("livesyn.nets.fastest.has_bfloat16", lambda device: False)
    assert fastest(small, "cuda") is small  # a GPU before Ampere


@pytest.mark.skipif(not has_byte_products(), reason="this processor has no products of bytes")
class TestByteProduct:
    def test_whole_numbers_come_out_right_also_where_all_are_as_large_as_may_be(self):
        """Sums of two products of bytes must not be cut, as processors without VNNI do."""
        most = torch.full((64, 300), 127, dtype=torch.int8)
        for weight in (most, -most):
            for sign in (1, -1):
                product = ByteProduct(weight)(torch.full((2, 300), float(sign * MOST)))
                wanted = 300 * sign * MOST * weight[:, 0].double()
                assert torch.allclose(product.double(), wanted.expand(2, -1), rtol=1e-7)
        random = torch.Generator().manual_seed(0)
        weight = torch.randint(-127, 128, (70, 130), dtype=torch.int8, generator=random)
        inputs = torch.randint(-MOST, MOST + 1, (9, 130), generator=random).double()
        inputs[:, 0] = MOST
        wanted = inputs @ weight.t().double()
        assert torch.allclose(ByteProduct(weight)(inputs.float()).double(), wanted, rtol=1e-6)

    def test_a_row_is_the_same_to_the_bit_whoever_is_beside_it(self):
        random = torch.Generator().manual_seed(1)
        product = ByteProduct(
            torch.randint(-127, 128, (96, 80), dtype=torch.int8, generator=random)
        )
        inputs = torch.randn(33, 80, generator=random) * torch.logspace(-3, 3, 33)[:, None]
        together = product(inputs)
        assert all(torch.equal(product(inputs[i : i + 1])[0], together[i]) for i in range(33))

    def test_nothing_gives_nothing_and_no_engine_is_left_chosen(self):
        before = torch.backends.quantized.engine
        product = ByteProduct(torch.ones(4, 6, dtype=torch.int8))
        assert torch.backends.quantized.engine == before
        assert (product(torch.zeros(3, 6)) == 0).all()
