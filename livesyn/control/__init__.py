"""Hands on the parameters, without devices: which controller sets what, when a change takes effect,
and what moves a value by itself.
"""
