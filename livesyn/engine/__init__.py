"""The engine process: inputs, nets and chains of a show, and its page.

`process` puts all of it together. `chains` are what it plays, `inference` the thread their nets run
in, `show_mirror` what it knows of the show, `page_view` what the page sees, `picture_output` where
pictures go.
"""
