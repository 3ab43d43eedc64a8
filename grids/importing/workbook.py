"""The child process that reads a workbook: stdin to stdout, msgpack. See sheets.py; nothing of ours is imported here."""

import contextlib
import io
import sys
from datetime import date, datetime, time

import msgspec

MEMORY = 1_500_000_000
ROWS = 200_000
CELLS = 8_000_000
BROKEN, PROTECTED, LARGE = 2, 3, 4


def _words(cell: object) -> str:
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def _limit() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    _limit()
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        sheets, cells = [], 0
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            cells += sheet.total_height * sheet.total_width
            if sheet.total_height > ROWS or cells > CELLS:
                return LARGE
            rows = [[_words(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            sheets.append({"name": name, "rows": rows})
    except PasswordError:
        return PROTECTED
    except (CalamineError, OSError, ValueError, MemoryError):
        return BROKEN
    sys.stdout.buffer.write(msgspec.msgpack.encode(sheets))
    return 0


if __name__ == "__main__":
    sys.exit(main())
