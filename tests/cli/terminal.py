"""Runs a command in a terminal of a given width, as `terminal.py <columns> <command> [word...]`.

All that the command writes to the terminal goes to standard output. `--interrupt <text>` before the
columns presses Ctrl-C when the text appears. The exit status is that of a shell.
"""

import fcntl
import os
import pty
import struct
import sys
import termios

words = sys.argv[1:]
interrupt = None
if words[0] == "--interrupt":
    interrupt = words[1].encode()
    words = words[2:]
columns, *command = words
child, terminal = pty.fork()
if child == 0:
    size = struct.pack("HHHH", 24, int(columns), 0, 0)
    fcntl.ioctl(0, termios.TIOCSWINSZ, size)
    os.execvp(command[0], command)
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
    if interrupt is not None and interrupt in data:
        interrupt = None
        os.write(terminal, b"\x03")
_, status = os.waitpid(child, 0)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
