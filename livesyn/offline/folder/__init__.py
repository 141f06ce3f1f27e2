"""A folder of pictures as music, with a page that plays it. `translation` runs it, `record` stores
what is done, `pictures` reads the nets' input and the page's pictures, `labels` reads titles and
artists, `gallery` writes the page.
"""
