"""Large memory in blocks, of which a question reads only those that it needs.

A file holds one value. Dictionaries and queues in it that are large stand in blocks of their own, each compressed, and
come back as something that reads a block once it is asked for. A block holds plain data and classes of this package
alone: to read one can do nothing but hold data.
"""

import io
import pickle  # read by the class below only
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from functools import cache
from itertools import accumulate, chain, islice
from typing import Any, Final, NamedTuple
from zlib import crc32

import zstandard

_LEVEL: Final = 1
"""Level of compression: the fastest; it is read more often than written (guess, 2026-11-23)."""
_LARGEST: Final = 1 << 30
"""Bytes unpacked: more is no memory of ours (guess, 2026-11-23)."""
_LARGE: Final = 500
"""Entries from which on a container stands in blocks (guess, 2026-11-23)."""
_IN_BLOCK: Final = 48
"""Entries of a block: a question asks for some hundred of a hundred thousand (guess, 2026-11-23)."""
_HEAD: Final = 8
"""Bytes that say how long the head of a file is, and as many for the check of what it holds (by definition of it)."""
_CONTAINERS: Final = frozenset(
    {
        ("collections", "Counter"),
        ("collections", "OrderedDict"),
        ("collections", "defaultdict"),
        ("collections", "deque"),
        ("array", "array"),
        ("array", "_array_reconstructor"),
        *(("builtins", name) for name in ("bytearray", "dict", "float", "frozenset", "int", "list", "set", "str")),
    }
)
_OURS: Final = "twiceshy_git.predict.risk."
_DAMAGED: Final = (
    zstandard.ZstdError,
    pickle.UnpicklingError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    EOFError,
    ImportError,
    RecursionError,
    MemoryError,
)
"""What bytes that are no file of ours can raise."""


class _Source(NamedTuple):
    """The blocks of a file, not read yet."""

    raw: memoryview
    bounds: Sequence[int]
    """Where each block ends, after where the first begins."""

    def take(self, number: int) -> memoryview:
        return self.raw[self.bounds[number] : self.bounds[number + 1]]


class Blocks:
    """Values, each read once it is asked for."""

    def __init__(self, source: _Source | None = None, numbers: Iterable[int] = ()) -> None:
        """Take the blocks of a file that these are; without a file there are none yet."""
        self._source = source
        self._numbers = list(numbers)
        self._open: dict[int, Any] = {}

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._numbers)

    def __getitem__(self, place: int) -> Any:
        """Return one; it may be changed."""
        if place not in self._open and self._source is not None:
            self._open[place] = _unpack(self._source.take(self._numbers[place]))
        return self._open[place]

    def append(self, value: Any) -> None:
        """Add one."""
        self._open[len(self._numbers)] = value
        self._numbers.append(-1)

    def pack(self, since: int = 0) -> Iterator[bytes]:
        """Yield each for a file: as it stands in the old one where nobody asked for it."""
        for place in range(since, len(self)):
            if place in self._open or self._source is None:
                yield _pack(self._open[place])
            else:
                yield bytes(self._source.take(self._numbers[place]))


class KeptMap(MutableMapping[Any, Any]):
    """A dictionary in blocks, by the hash of its keys."""

    def __init__(self, blocks: Blocks, make: Callable[[], Any] | None = None) -> None:
        """Take the blocks, and what makes a value that is not there yet, as a defaultdict has it."""
        self.blocks = blocks
        self.make = make

    def __getitem__(self, key: Any) -> Any:
        """Return a value."""
        block = self._find(key)
        if key not in block and self.make is not None:
            block[key] = self.make()
        return block[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        """Put a value."""
        self._find(key)[key] = value

    def __delitem__(self, key: Any) -> None:
        """Take a value out."""
        del self._find(key)[key]

    def __contains__(self, key: object) -> bool:
        """Tell whether there is a value; none is made."""
        return key in self._find(key)

    def get(self, key: Any, default: Any = None) -> Any:
        """Return a value; none is made."""
        return self._find(key).get(key, default)

    def pop(self, key: Any, *default: Any) -> Any:
        """Return a value and take it out; none is made."""
        return self._find(key).pop(key, *default)

    def __iter__(self) -> Iterator[Any]:
        """Yield all keys, in no order."""
        return chain.from_iterable(self.blocks[place] for place in range(len(self.blocks)))

    def __len__(self) -> int:
        """Return how many entries there are."""
        return sum(len(self.blocks[place]) for place in range(len(self.blocks)))

    def _find(self, key: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = self.blocks[_number(key, len(self.blocks))]
        return found


class KeptQueue:
    """A queue in blocks: its head and its end are read."""

    def __init__(self, blocks: Blocks) -> None:
        """Take the blocks, each a queue."""
        self.blocks = blocks
        self.first = 0
        """Place of the first block that holds anything."""

    def __bool__(self) -> bool:
        """Tell whether anything waits."""
        while self.first < len(self.blocks) and not self.blocks[self.first]:
            self.first += 1
        return self.first < len(self.blocks)

    def __getitem__(self, place: int) -> Any:
        """Return what waits there, counted from the head, in the first block."""
        return self.blocks[self.first][place] if self else deque[Any]()[place]

    def popleft(self) -> Any:
        """Return what waited longest, and forget it."""
        return self.blocks[self.first].popleft() if self else deque[Any]().popleft()

    def append(self, value: Any) -> None:
        """Let something wait."""
        last = self.blocks[len(self.blocks) - 1] if len(self.blocks) else None
        if last is None or len(last) >= _IN_BLOCK:
            self.blocks.append(deque((value,)))
        else:
            last.append(value)


def write_blocks(value: Any) -> bytes | None:
    """Return the file of a value; None where it holds what cannot be written."""
    try:
        blocks: list[bytes] = []
        main = _pickle(value, blocks)
        head = _compress(pickle.dumps((array("Q", map(len, blocks)), main), protocol=5))
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    body = b"".join((head, *blocks))
    return b"".join((len(head).to_bytes(_HEAD, "little"), crc32(body).to_bytes(_HEAD, "little"), body))


def read_blocks(raw: bytes) -> Any:
    """Return the value of a file; None where the bytes are none of ours."""
    start = 2 * _HEAD
    size, check = (int.from_bytes(raw[at : at + _HEAD], "little") for at in (0, _HEAD))
    body = memoryview(raw)[start:]
    if len(raw) < start or crc32(body) != check:
        return None
    try:
        lengths, main = _PlainUnpickler(io.BytesIO(_decompress(body[:size])), None).load()
        source = _Source(body, list(accumulate(lengths, initial=size)))
        return _PlainUnpickler(io.BytesIO(main), source).load()
    except _DAMAGED:
        return None


class _BlockPickler(pickle.Pickler):
    """Puts what is large into blocks."""

    def __init__(self, output: io.BytesIO, blocks: list[bytes]) -> None:
        super().__init__(output, protocol=5)
        self._blocks = blocks

    def persistent_id(self, obj: Any) -> tuple[str, int, int, Any] | None:
        """Return what stands for a large container."""
        if isinstance(obj, dict) and len(obj) >= _LARGE:
            return self._put("map", map(_pack, _divide_map(obj)), _find_make(obj))
        if isinstance(obj, deque) and len(obj) >= _LARGE:
            return self._put("queue", map(_pack, _divide_queue(obj)))
        if isinstance(obj, KeptMap):
            return self._put("map", obj.blocks.pack(), obj.make)
        if isinstance(obj, KeptQueue):
            return self._put("queue", obj.blocks.pack(obj.first))
        if isinstance(obj, Blocks):
            return self._put("blocks", obj.pack())
        return None

    def _put(self, kind: str, packed: Iterable[bytes], make: Any = None) -> tuple[str, int, int, Any]:
        first = len(self._blocks)
        self._blocks.extend(packed)
        return kind, first, len(self._blocks) - first, make


class _PlainUnpickler(pickle.Unpickler):
    """Makes containers and classes of this package, and nothing that could act."""

    def __init__(self, file: io.BytesIO, source: _Source | None) -> None:
        super().__init__(file)
        self._source = source

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that may stand in a file."""
        found = super().find_class(module, name) if (module, name) in _CONTAINERS or module.startswith(_OURS) else None
        if found is None or (module.startswith(_OURS) and not (isinstance(found, type) and found.__module__ == module)):
            raise pickle.UnpicklingError(f"{module}.{name} may not stand there")
        return found

    def persistent_load(self, pid: tuple[str, int, int, Any]) -> Any:
        """Return what reads a large container."""
        kind, first, count, make = pid
        blocks = Blocks(self._source, range(first, first + count))
        return KeptMap(blocks, make) if kind == "map" else KeptQueue(blocks) if kind == "queue" else blocks


def _divide_map(whole: dict[Any, Any]) -> list[dict[Any, Any]]:
    """Return the entries in blocks, by the hashes of the keys."""
    blocks: list[dict[Any, Any]] = [{} for _ in range(len(whole) // _IN_BLOCK)]
    for key, value in whole.items():
        blocks[_number(key, len(blocks))][key] = value
    return blocks


def _divide_queue(whole: Iterable[Any]) -> Iterator[deque[Any]]:
    """Yield what waits in blocks, in its order."""
    waiting = iter(whole)
    while some := deque(islice(waiting, _IN_BLOCK)):
        yield some


def _find_make(whole: dict[Any, Any]) -> Callable[[], Any] | None:
    """Return what makes the values that a dictionary does not have yet."""
    return whole.default_factory if isinstance(whole, defaultdict) else int if isinstance(whole, Counter) else None


def _number(key: Any, count: int) -> int:
    """Return the block in which a key stands; the same on every machine."""
    text = "\0".join(map(str, key)) if isinstance(key, tuple) else key
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return crc32(raw) % count


def _pack(value: Any) -> bytes:
    return _compress(_pickle(value, None))


def _pickle(value: Any, blocks: list[bytes] | None) -> bytes:
    if blocks is None:
        return pickle.dumps(value, protocol=5)
    output = io.BytesIO()
    _BlockPickler(output, blocks).dump(value)
    return output.getvalue()


def _unpack(raw: memoryview) -> Any:
    return _PlainUnpickler(io.BytesIO(_decompress(raw)), None).load()


def _compress(raw: bytes) -> bytes:
    return _compressor().compress(raw)


def _decompress(raw: memoryview) -> bytes:
    if zstandard.frame_content_size(raw) > _LARGEST:
        raise ValueError("it is too large")
    return _decompressor().decompress(raw, max_output_size=_LARGEST)


@cache
def _compressor() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=_LEVEL)


@cache
def _decompressor() -> zstandard.ZstdDecompressor:
    return zstandard.ZstdDecompressor()
