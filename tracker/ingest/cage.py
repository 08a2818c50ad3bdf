"""Where strangers' bytes are parsed: child processes with little time and memory, killed without harm to anybody else.

300 KiB of `<!-- ` keep feedparser busy for 15 s, and a page of links trafilatura for 33 s. A child that takes too long
is killed and replaced; the parent and its other children notice nothing. Children are kept and used again.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import resource
import signal
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as LateError
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

from tracker.ingest.errors import BrokenOffError, SourceError

if TYPE_CHECKING:
    from pebble import ProcessPool

TASKS_A_CHILD = 1000
TRIES = 3
CLOSING_SECONDS = 10.0
LOOK_SECONDS = 1.0
"""How often a waiting caller looks whether its pool was closed meanwhile, whose tasks then never end."""
PRELOADED = ["__main__", "tracker.ingest.nursery"]


class Cage:
    """A pool of children, started when first needed. `cpu` and `seconds` bound one task, `memory` what it may add.

    A pool in which no task ends for `patience` seconds is taken for dead and replaced.
    """

    def __init__(
        self,
        children: int = 2,
        cpu: float = 5.0,
        seconds: float = 6.0,
        memory: int = 256 * 2**20,
        patience: float | None = None,
    ) -> None:
        self.children = children
        self.cpu = cpu
        self.seconds = seconds
        self.memory = memory
        self.patience = patience or max(30.0, 3 * seconds)
        self._pool: ProcessPool | None = None
        self._closed = False
        self._ended = 0
        self._lock = threading.Lock()

    def run(self, function: Callable[..., Any], *args: object) -> Any:
        """`function(*args)` in a child. Raises SourceError where it fails to end in time or takes too much memory.

        The clock of a task starts when a child takes it up, so that a queue of tasks is nobody's fault.
        """
        for _ in range(TRIES):
            pool = self._ready()
            try:
                return self._run(pool, function, args)
            except (BrokenProcessPool, RuntimeError):
                # A child that dies between two tasks takes pebble's whole pool with it: we take a new one.
                if pool.active:
                    raise
                self._drop(pool)
        raise BrokenOffError("Reading it was broken off several times; it is left alone for now.")

    def _run(self, pool: ProcessPool, function: Callable[..., Any], args: tuple[object, ...]) -> Any:
        # pebble is imported when first needed: a poll in which nothing changed is over before that.
        from pebble import ProcessExpired

        future = pool.schedule(_confined, args=(function, args, self.cpu, self.memory), timeout=self.seconds)
        before, patience = self._ended, self.patience
        while True:
            try:
                result = future.result(min(LOOK_SECONDS, patience))
            except LateError:
                if future.done():
                    self._ended += 1
                    raise SourceError(
                        f"Reading it took longer than {self.seconds:g} seconds and was stopped."
                    ) from None
                if not pool.active:
                    raise BrokenOffError("Reading it was broken off; the next poll tries again.") from None
                patience -= LOOK_SECONDS
                if self._ended != before:
                    before, patience = self._ended, self.patience
                if patience > 0:
                    continue
                # A child that the system killed while it waited for work keeps pebble's lock for ever.
                self._drop(pool)
                raise BrokenOffError(
                    "The parsers did not answer and were replaced; the next poll tries again."
                ) from None
            except ProcessExpired:
                self._ended += 1
                raise SourceError("Reading it took too much time or memory and was stopped.") from None
            self._ended += 1
            return result

    def close(self) -> None:
        """Ends all children for good: who still asks is told that the reading was broken off."""
        with self._lock:
            self._closed = True
            pool = self._pool
        closing = self._drop(pool) if pool is not None else None
        if closing is not None:
            closing.join(CLOSING_SECONDS)

    def _drop(self, pool: ProcessPool) -> threading.Thread | None:
        """Takes a pool out of use and ends its children, in a thread because a broken pool may take its time.

        Several callers may find one pool broken; the first ends it, for pebble cannot bear two at it.
        """
        with self._lock:
            if self._pool is not pool:
                return None
            self._pool = None
        pool.stop()  # type: ignore[no-untyped-call]
        thread = threading.Thread(target=pool.join, daemon=True, name="cage closing")
        thread.start()
        return thread

    def __enter__(self) -> Cage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ready(self) -> ProcessPool:
        from pebble import ProcessPool

        with self._lock:
            if self._closed:
                raise BrokenOffError("Reading it was broken off; the next poll tries again.")
            if self._pool is None:
                # Forked from a small server process, never from this one: a fork copies locks that threads hold.
                context = multiprocessing.get_context("forkserver")
                context.set_forkserver_preload(PRELOADED)
                self._pool = ProcessPool(self.children, TASKS_A_CHILD, initializer=_quiet, context=context)
            return self._pool


def _quiet() -> None:
    """A child leaves Ctrl-C to its parent, dumps no core, and opens no file for writing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _confined(function: Callable[..., Any], args: tuple[object, ...], cpu: float, memory: int) -> Any:
    """Runs in the child: the task under limits counted from what the child has used so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    end = math.ceil(used.ru_utime + used.ru_stime + cpu)
    _limit(resource.RLIMIT_CPU, end)
    _limit(resource.RLIMIT_AS, _address_space() + memory)
    try:
        return function(*args)
    except MemoryError:
        raise SourceError("Reading it took too much memory and was stopped.") from None
    except RecursionError:
        raise SourceError("It is nested too deeply to be read.") from None
    finally:
        _limit(resource.RLIMIT_AS, resource.RLIM_INFINITY)
        _limit(resource.RLIMIT_CPU, resource.RLIM_INFINITY)


def _limit(what: int, soft: int) -> None:
    """Moves the soft limit only: a hard one could never be raised for the next task."""
    hard = resource.getrlimit(what)[1]
    with contextlib.suppress(ValueError):
        resource.setrlimit(what, (soft, hard))


def _address_space() -> int:
    """Bytes of address space that this process has now."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 2**30
