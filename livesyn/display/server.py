"""Where senders of pictures come and go; the window never waits for any of them."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path

from livesyn.base.clock import Clock
from livesyn.base.errors import DataError
from livesyn.base.mailbox import Latest
from livesyn.base.places import UNIX
from livesyn.ipc.local_socket import listen
from livesyn.ipc.window_messages import Sent, check_hello, read_hello, read_sent

MAX_SENDERS = 4
HELLO_WITHIN_S = 2.0
ACCEPT_AGAIN_S = 0.2  # after the system refused a connection


class PictureServer:
    """Listens at `path` and puts what comes into `mailbox`, whose newest wins. A thread for each
    sender, which reads as fast as it is sent, so a sender is never held up. Of 4 senders the one
    that has said no hello for the longest makes room for another. All methods are thread-safe.
    """

    def __init__(self, path: Path, mailbox: Latest[Sent], clock: Clock, unix: bool = UNIX) -> None:
        self._path, self._mailbox, self._clock, self._unix = path, mailbox, clock, unix
        self._lock = threading.Lock()
        self._senders: dict[socket.socket, bool] = {}  # whether it has said hello
        self._server: socket.socket | None = None
        self._token = ""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._accept, name="senders", daemon=True)
        self.welcomed = 0
        self.bad = 0
        self.complaint = ""
        self.heard_s: float | None = None

    @property
    def senders(self) -> int:
        """How many are connected."""
        with self._lock:
            return len(self._senders)

    def start(self) -> None:
        """Listen. Raises DeviceError."""
        self._server, self._token = listen(self._path, self._unix, "window")
        self._server.settimeout(0.2)
        self._thread.start()

    def stop(self) -> None:
        """Hang up; waits for the listening thread."""
        self._stopping.set()
        with self._lock:
            for sender in self._senders:
                with contextlib.suppress(OSError):
                    sender.shutdown(socket.SHUT_RDWR)  # wakes its thread, which closes it
        if self._thread.is_alive():
            self._thread.join(1.0)
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        assert self._server is not None
        with self._server:
            while not self._stopping.is_set():
                try:
                    sock, _ = self._server.accept()
                except TimeoutError:
                    continue
                except OSError as error:
                    self.complaint = f"a sender of pictures could not come in: {error}"
                    self._stopping.wait(ACCEPT_AGAIN_S)  # asked at once again, it would spin
                    continue
                if not self._has_room(sock):
                    sock.close()
                    continue
                threading.Thread(
                    target=self._serve, args=(sock,), name="sender", daemon=True
                ).start()

    def _has_room(self, sock: socket.socket) -> bool:
        with self._lock:
            if len(self._senders) >= MAX_SENDERS:
                silent = next((one for one, greeted in self._senders.items() if not greeted), None)
                if silent is None:
                    return False
                del self._senders[silent]
                with contextlib.suppress(OSError):
                    silent.shutdown(socket.SHUT_RDWR)  # wakes its thread, which closes it
            self._senders[sock] = False
            return True

    def _serve(self, sock: socket.socket) -> None:
        try:
            sock.settimeout(HELLO_WITHIN_S)
            line = read_hello(sock)
            if line is None or (wrong := check_hello(line, self._token)):
                self._complain("a sender of pictures said no hello" if line is None else wrong)
                return
            with self._lock:
                self._senders[sock] = True
                self.welcomed += 1
            sock.settimeout(None)
            while (sent := read_sent(sock)) is not None and not self._stopping.is_set():
                self.heard_s = self._clock.now_s()
                self._mailbox.put(sent)
        except TimeoutError:
            self._complain("a sender of pictures said no hello")
        except DataError as error:
            self._complain(str(error))
        except OSError:
            pass  # killed in the middle of a picture
        finally:
            with self._lock:
                self._senders.pop(sock, None)
            sock.close()

    def _complain(self, sentence: str) -> None:
        self.bad += 1
        self.complaint = sentence
