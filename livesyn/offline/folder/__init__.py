"""A museum's afternoon: a folder of pictures as music, with a page to hear it on.

`afternoon` runs it, `record` remembers what is done, `pictures` reads what is seen and shown,
`labels` says what hangs there, `gallery` writes the page.
"""
