"""The style net: pictures in, pictures out, of any size, in any manner and all between."""

import pytest
import torch

from livesyn.base.errors import CheckpointError, ShapeError
from livesyn.nets import checkpoint
from livesyn.nets.style import StyleConfig, StyleNet

PERIODS = ("old", "middle", "new")
SMALL = StyleConfig(8, 4, 1)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def net():
    torch.manual_seed(0)
    net = StyleNet(SMALL, PERIODS)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if ".norm." in name:
                parameter.add_(0.5 * torch.randn_like(parameter))
    return net.eval()


@pytest.mark.parametrize("size", [(144, 256), (16, 16), (33, 50), (1, 1), (2, 7), (3, 4)])
def test_any_size_comes_back_as_it_went_in(net, size):
    styled = net(torch.rand(2, 3, *size), torch.eye(3)[:2])
    assert styled.shape == (2, 3, *size)
    assert styled.min() >= 0 and styled.max() <= 1


def test_a_border_that_is_added_leaves_the_rest_as_it_was(net):
    whole = torch.rand(1, 3, 16, 20)
    whole[..., 18:] = whole[..., 17:18]  # what the net itself would add
    assert torch.allclose(
        net(whole, torch.eye(3)[:1])[..., :18], net(whole[..., :18], torch.eye(3)[:1]), atol=1e-6
    )


def test_the_period_matters_and_each_row_has_its_own(net):
    picture = torch.rand(1, 3, 24, 24)
    one_by_one = torch.cat([net(picture, torch.eye(3)[i : i + 1]) for i in range(3)])
    assert torch.allclose(net(picture.expand(3, -1, -1, -1), torch.eye(3)), one_by_one, atol=1e-5)
    assert (
        min((one_by_one[a] - one_by_one[b]).abs().mean() for a, b in ((0, 1), (0, 2), (1, 2)))
        > 0.01
    )


def test_between_two_periods_there_is_no_leap(net):
    picture = torch.rand(1, 3, 24, 24)

    def along(steps):
        shares = torch.linspace(0, 1, steps + 1)
        return torch.cat([net(picture, torch.tensor([[1 - x, x, 0]])) for x in shares])

    largest = [along(steps).diff(dim=0).abs().amax().item() for steps in (8, 64)]
    assert largest[1] < 0.25 * largest[0]  # eight times finer
    assert largest[0] > 0.01


def test_an_even_picture_is_no_trouble(net):
    assert net(torch.full((1, 3, 12, 12), 0.5), torch.eye(3)[:1]).isfinite().all()


def test_everything_learns(net):
    net(torch.rand(3, 3, 16, 16), torch.eye(3)).square().sum().backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None and parameter.grad.abs().max() > 0, name


def test_the_shipped_sizes_cost_what_they_may():
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter, torch.no_grad():
        StyleNet(StyleConfig(), PERIODS)(torch.rand(1, 3, 144, 256), torch.eye(3)[:1])
    assert 0.3e9 < counter.get_total_flops() < 0.65e9


@pytest.mark.parametrize(
    ("pictures", "weights", "said"),
    [
        ((1, 1, 8, 8), (1, 3), "pictures"),
        ((3, 8, 8), (1, 3), "pictures"),
        ((1, 3, 0, 8), (1, 3), "pictures"),
        ((2, 3, 8, 8), (1, 3), "weights"),
        ((1, 3, 8, 8), (1, 5), "weights"),
    ],
)
def test_other_shapes_are_refused(net, pictures, weights, said):
    with pytest.raises(ShapeError, match=said):
        net(torch.rand(pictures), torch.rand(weights))


def test_a_checkpoint_holds_it(net, tmp_path):
    checkpoint.save(tmp_path / "s", net, {}, half=False)
    again = checkpoint.load(str(tmp_path / "s"), "style")
    picture, weights = torch.rand(1, 3, 12, 12), torch.tensor([[0.2, 0.3, 0.5]])
    assert again.periods == PERIODS and again.config == SMALL
    assert torch.allclose(again(picture, weights), net(picture, weights), atol=1e-6)
    with pytest.raises(CheckpointError, match="'style'"):
        checkpoint.load(str(tmp_path / "s"), "mvnet")
