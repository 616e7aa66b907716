"""A client of the Refrain daemon, over its Unix socket; one file, nothing but Python's own library.

    from refrain import Refrain

    refrain = Refrain()
    answer = refrain.ask("How do I reset my password?")
    print(answer.text, answer.outcome, answer.saved_usd)

Copy the file to where your program is. Python 3.8 or later. A client may be used by several threads: each call has a
connection of its own.
"""

import http.client
import json
import os
import socket
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional
from urllib.parse import quote

__all__ = ["Answer", "Refrain", "RefrainError"]


class RefrainError(Exception):
    """What the daemon refused or could not do; `status` is HTTP's, 0 where the daemon did not answer."""

    def __init__(self, message: str, status: int = 0, code: Optional[str] = None):
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass
class Answer:
    """An answer, and why it was given."""

    text: str
    #: exact, alias, judged, confirmed; of ask() also miss: the model was asked
    outcome: str
    #: the entry's number, for feedback() and forget(); None for an answer that was not stored
    entry: Optional[int]
    #: the whole receipt: similarity, probability, verdict, conflicts, cost_usd, saved_usd, latency_ms …
    receipt: Dict[str, Any] = field(default_factory=dict)

    @property
    def is_cached(self) -> bool:
        return self.outcome not in ("miss", "bypass")

    @property
    def saved_usd(self) -> Optional[float]:
        return self.receipt.get("saved_usd")


def standard_socket() -> str:
    """$REFRAIN_SOCKET, else refrain.sock in the standard data directory."""
    state = os.environ.get("XDG_STATE_HOME", "")
    if not state.startswith("/"):
        state = os.path.expanduser("~/.local/state")
    return os.environ.get("REFRAIN_SOCKET") or os.path.join(state, "refrain", "refrain.sock")


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float):
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Refrain:
    """The daemon at a socket.

    scope: whose answers are seen, and where they are stored; calls may name another one.
    timeout: seconds to wait for the daemon, which waits for the model.
    """

    def __init__(self, socket: Optional[str] = None, scope: str = "", timeout: float = 600, token: Optional[str] = None):
        self.socket = socket or standard_socket()
        self.scope = scope
        self.timeout = timeout
        self.token = token

    def lookup(self, question: str, scope: Optional[str] = None) -> Optional[Answer]:
        """The stored answer to a question; None where there is none. No model writes an answer."""
        reply = self._post("/cache/lookup", question, scope)
        return self._answer(reply) if "answer" in reply else None

    def ask(self, question: str, scope: Optional[str] = None, tags: Optional[List[str]] = None) -> Answer:
        """The stored answer to a question, else the model's, which is stored with the tags."""
        return self._answer(self._post("/cache/ask", question, scope, tags=tags or []))

    def explain(self, question: str, scope: Optional[str] = None, confirm: bool = False) -> Dict[str, Any]:
        """How the question would be decided, step by step; nothing is served or stored. confirm asks mini."""
        return self._post("/cache/explain", question, scope, confirm=confirm)

    def store(
        self, question: str, answer: str, scope: Optional[str] = None, tags: Optional[List[str]] = None,
        ttl_seconds: Optional[int] = None
    ) -> int:
        """Stores an answer, in place of an earlier one to the same words; returns the entry's number."""
        more: Dict[str, Any] = {"answer": answer, "tags": tags or []}
        if ttl_seconds is not None:
            more["ttl_seconds"] = ttl_seconds
        return self._post("/cache/entries", question, scope, **more)["entry"]

    def forget(self, entry: int) -> bool:
        """Removes an entry with everything that followed from it; False where there is none of that number."""
        try:
            self._send("DELETE", "/cache/entries/" + quote(str(int(entry))))
        except RefrainError as error:
            if error.status == 404:
                return False
            raise
        return True

    def feedback(self, entry: int, good: bool, comment: Optional[str] = None) -> None:
        """Says whether an entry's answer was good."""
        body: Dict[str, Any] = {"entry": entry, "verdict": "good" if good else "bad"}
        if comment is not None:
            body["comment"] = comment
        self._send("POST", "/cache/feedback", body)

    def stats(self) -> Dict[str, Any]:
        """What is stored, asked and saved."""
        return self._send("GET", "/cache/stats")

    def _post(self, path: str, question: str, scope: Optional[str], **more: Any) -> Dict[str, Any]:
        body = {"question": question, "scope": self.scope if scope is None else scope, **more}
        return self._send("POST", path, body)

    @staticmethod
    def _answer(reply: Dict[str, Any]) -> Answer:
        return Answer(reply["answer"], reply["outcome"], reply.get("entry"), reply["receipt"])

    def _send(self, method: str, path: str, body: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        headers = {"Connection": "close"}
        if self.token is not None:
            headers["Authorization"] = "Bearer " + self.token
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        connection = _Connection(self.socket, self.timeout)
        try:
            connection.request(method, path, data, headers)
            response = connection.getresponse()
            reply = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise RefrainError(f"no answer from the daemon at {self.socket}: {error}") from error
        finally:
            connection.close()
        if response.status >= 400:
            problem = reply.get("error", {})
            raise RefrainError(problem.get("message", "refused"), response.status, problem.get("code"))
        return reply
