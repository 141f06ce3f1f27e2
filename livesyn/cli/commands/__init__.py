"""The commands, a module or folder each; `livesyn.cli.registry` lists them."""
