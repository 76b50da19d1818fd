"""Without the library, the method says what to install; and a list that is being read becomes one that has the methods."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from aerostack_dynamic._record import RecordList


@pytest.mark.parametrize(
    ("method", "library", "extra"),
    [("to_pandas", "pandas", "pandas"), ("to_polars", "polars", "polars"), ("to_arrow", "pyarrow", "arrow")],
)
def test_a_missing_library_is_named_with_what_to_install(
    method: str, library: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(
        ImportError, match=rf"^{method}\(\) needs {library}, .*: pip install 'aerostack_dynamic\[{extra}\]'$"
    ) as caught:
        getattr(RecordList([{}]), method)()
    assert caught.value.name == library


def test_a_fault_within_a_library_is_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "pandas.py").write_text("import nothing_of_this_name")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pandas", raising=False)
    with pytest.raises(ImportError, match="nothing_of_this_name"):
        RecordList([{}]).to_pandas()
