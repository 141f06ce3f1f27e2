"""The listening study: can people, or a listener that hears only notes, tell whose music it is?
(SynVAE thesis, section 5.3.)
"""
