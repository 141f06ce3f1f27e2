"""What happens between pictures and bars, in the latent space. Pure numpy, no torch.

A bar's latent is read from a sliding window (`window`), followed with a half-life (`follower`),
given its slowly changing ε (`drift`) and steered (`space`). Vectors are never averaged
componentwise: that would shrink them towards the origin, where the decoder gives one melody only
(SynVAE thesis, section 6.5).
"""
