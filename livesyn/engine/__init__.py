"""The engine process: sees, and makes each bar in time.

`see_to_hear` is the chain, `model` and `inference` the nets behind it, `live` its loops,
`stage` what it knows of the show, `process` all of it put together.
"""
