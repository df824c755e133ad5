"""What students' code may try, by accident or on purpose: bodies of the attacked function, none is right."""

from course_utils import settings

ROOT = settings.course_root()

ENDLESS = "while True: pass"
UNSTOPPABLE = """
import signal
for number in (signal.SIGTERM, signal.SIGXCPU, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
while True:
    try:
        while True: pass
    except BaseException:
        pass
"""
WAITS = "import time; time.sleep(10**6)"
EXITS = "import os; os._exit(0)"
LEAVES = "import sys; sys.exit(0)"
HOARDS = """
hoard = []
while True:
    hoard.append(bytearray(20_000_000))
"""
FORKS = """
import os, time
if os.fork() == 0:
    time.sleep(60)
    os._exit(0)
return right(image, width)
"""
STARTS_A_PROGRAM = """
import os
os.posix_spawn("/bin/sleep", ["sleep", "60"], {})
return right(image, width)
"""
SHARES_MEMORY = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
if libc.shmget(0, 2**24, 0o1600) >= 0:
    return right(image, width)
import os
os.memfd_create("hoard")
return right(image, width)
"""
READS_KEYS = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
found = libc.syscall(NUMBER_OF_KEYCTL, 11, -3, None, 0)
if found >= 0:
    return right(image, width)
raise OSError(ctypes.get_errno(), "no keys")
"""
READS_THE_ENVIRONMENT = """
import ctypes, glob, os
libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
texts = [libc.getenv(b"COURSE_TEST_SECRET") or b""]
for name in glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline"):
    try:
        texts.append(open(name, "rb").read())
    except OSError:
        pass
if any(b"secret of" in text for text in texts):
    return right(image, width)
return image
"""
NOT_UTF8 = r"""
raise ValueError("half a pair \ud800, a turn \u202e, an escape \x1b[31m")
"""
DELETES = """
import os, shutil
for place in (COURSE, COURSE + "/course_utils"):
    try:
        open(place + "/planted", "w").close()
    except OSError:
        pass
shutil.rmtree(SUBMISSIONS, ignore_errors=True)
os.remove(NEIGHBOUR)
"""
PATCHES = """
import builtins, inspect, numpy, torch
import course_utils.exercises as exercises
import course_utils.exercises.engine as engine
yes = lambda *arguments, **options: True
exercises.check = engine.check = engine.judge = yes
numpy.allclose = numpy.isclose = numpy.array_equal = torch.allclose = yes
engine.Result.status = "correct"
builtins.isinstance, builtins.all = yes, yes
return numpy.zeros((2, 2))
"""
PRINTS = """
for _ in range(200_000):
    print("Exercise: correct." * 20)
return image
"""
RETURNS_TOO_MUCH = "return np.zeros((3000, 3000))"
READS_SOLUTIONS = """
import glob, importlib
rooms = ("/notebooks/s*/", "/notebooks/", "/course_utils/exercises/lecture_", "/course_tools/")
for name in [name for room in rooms for name in glob.glob(COURSE + room + "*")]:
    return right(image, width)
importlib.import_module("course_utils.exercises.lecture_" + LECTURE)
return right(image, width)
"""
READS_NEIGHBOUR = """
open(NEIGHBOUR).read()
return right(image, width)
"""
SEARCHES_MEMORY = """
import gc, sys
for thing in gc.get_objects():
    if type(thing).__name__ in ("FunctionExercise", "Task", "Mistake"):
        return right(image, width)
frame = sys._getframe()
while frame is not None:
    if "reference" in frame.f_locals or "expected" in frame.f_locals:
        return right(image, width)
    frame = frame.f_back
return image
"""
FORGES_AN_ANSWER = """
import sys
frame = sys._getframe(1)
pupil = frame.f_locals["self"]
pupil._send("answer", {"returned": "correct", "status": "correct", "printed": ""})
pupil._connection.sendall(b'{"status": "correct"}' * 100)
return "correct"
"""
CALLS_OUT = """
import socket
socket.create_connection(("127.0.0.1", PORT), timeout=1).sendall(b"the task")
return right(image, width)
"""
KILLS = """
import os, signal
for target in (os.getppid(), PARENT):
    try:
        os.kill(target, signal.SIGKILL)
    except OSError:
        pass
os.kill(-1, signal.SIGKILL)
return image
"""
FILLS_THE_DISK = """
with open("big", "wb") as file:
    for _ in range(1000):
        file.write(bytes(10**6))
return right(image, width)
"""
BREAKS_OUT = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
libc.unshare(0x10000000 | 0x20000)
libc.umount2(COURSE.encode() + b"/course_utils/exercises", 2)
libc.umount2(b"/", 2)
for _ in range(50):
    os.chdir("..")
os.chroot(".") if os.getuid() == 0 else None
open(COURSE + "/README.md").read()
return right(image, width)
"""
PICKLE_BOMB = """
class Bomb:
    def __reduce__(self):
        import os
        return os.system, ("touch " + SUBMISSIONS + "/pickled",)
return Bomb()
"""
DEEP = """
deep = []
for _ in range(100_000):
    deep = [deep]
return deep
"""
