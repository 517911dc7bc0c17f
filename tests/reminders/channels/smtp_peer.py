"""A mail server for tests, in a process of its own, that speaks SMTP and misbehaves by the name of the recipient.

    python smtp_peer.py FILE

prints the port it listens on, and appends what it was handed to FILE, one JSON object a message. refused@ gets 550
and later@ 451 at RCPT; toolarge@ 552 and busy@ 451 after the text; hangup@ no answer after it, though it was taken.
Where the file DOWN lies beside FILE it hangs up at once.
"""

import json
import socketserver
import sys
from pathlib import Path

AT_RCPT = {"refused": "550 5.1.1 No such user", "later": "451 4.7.1 Greylisted, come back later"}
AFTER_TEXT = {"toolarge": "552 5.3.4 Too big", "busy": "451 4.3.0 Try again"}


class Conversation(socketserver.StreamRequestHandler):
    """One connection, from greeting to QUIT."""

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    server: "Peer"

    def handle(self) -> None:
        """Answer command by command."""
        if self.server.down.exists():
            return
        self.say("220 peer ESMTP")
        sender = ""
        recipients: list[str] = []
        while command := self.rfile.readline().decode().strip():
            verb = command.upper().split(":")[0].split()[0]
            if verb == "EHLO":
                self.say("250-peer")
                self.say("250 8BITMIME")
            elif verb == "MAIL":
                sender, recipients = command, []
                self.say("250 OK")
            elif verb == "RCPT":
                name = command.partition("<")[2].partition("@")[0]
                if name not in AT_RCPT:
                    recipients.append(command.partition("<")[2].partition(">")[0])
                self.say(AT_RCPT.get(name, "250 OK"))
            elif verb == "DATA":
                self.say("354 Go ahead")
                text = self.take_text()
                name = recipients[0].partition("@")[0]
                if name not in AFTER_TEXT:
                    self.server.keep({"from": sender, "to": recipients, "text": text})
                if name == "hangup":
                    return
                self.say(AFTER_TEXT.get(name, "250 Taken"))
            elif verb == "QUIT":
                self.say("221 Bye")
                return
            else:
                self.say("250 OK")

    def take_text(self) -> str:
        """The message up to the lone dot."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode())
        return "".join(lines)


class Peer(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine."""

    daemon_threads = True

    def __init__(self, path: Path) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.path, self.down = path, path.parent / "DOWN"

    def keep(self, message: dict) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(message) + "\n")


if __name__ == "__main__":
    with Peer(Path(sys.argv[1])) as peer:
        print(peer.server_address[1], flush=True)
        peer.serve_forever()
