"""Servers that send every OSC message back: `python-osc`, `python-osc-threads` or `pyliblo3`, then
the port to listen on and the port to answer to. Ends with its stdin. In the peers' environment.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

HOST = "127.0.0.1"


def end_with_stdin() -> None:
    sys.stdin.read()
    os._exit(0)


def python_osc(port: int, echo_port: int, threads: bool) -> None:
    from pythonosc.dispatcher import Dispatcher
    from pythonosc.osc_server import BlockingOSCUDPServer, ThreadingOSCUDPServer
    from pythonosc.udp_client import SimpleUDPClient

    client, dispatcher = SimpleUDPClient(HOST, echo_port), Dispatcher()
    dispatcher.set_default_handler(
        lambda address, *values: client.send_message(address, list(values))
    )
    kind = ThreadingOSCUDPServer if threads else BlockingOSCUDPServer
    server = kind((HOST, port), dispatcher)
    ready()
    server.serve_forever()


def pyliblo3(port: int, echo_port: int) -> None:
    import pyliblo3 as liblo

    server, target = liblo.Server(port), liblo.Address(HOST, echo_port)

    def echo(path: str, values: list[Any], types: str, source: Any) -> None:
        liblo.send(target, path, *zip(types, values, strict=True))

    server.add_method(None, None, echo)
    ready()
    while True:
        server.recv(100)


def ready() -> None:
    print('{"t": "ready"}', flush=True)


def main() -> None:
    name, port, echo_port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    sys.stdin.readline()
    threading.Thread(target=end_with_stdin, daemon=True).start()
    if name == "pyliblo3":
        pyliblo3(port, echo_port)
    else:
        python_osc(port, echo_port, name.endswith("threads"))


if __name__ == "__main__":
    main()
