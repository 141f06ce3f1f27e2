"""How the processes of a show talk: messages, sockets and pipes."""
