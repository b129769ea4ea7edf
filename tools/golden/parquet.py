"""Writes small Parquet files with PyArrow, and what they hold, to tests/golden/parquet.

    pip install pyarrow==26.0.1 numpy
    python tools/golden/parquet.py
"""
import datetime
import decimal
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = Path(__file__).parents[2] / "tests/golden/parquet"
ROWS = 60

rng = np.random.default_rng(20261129)
kinds = ["rose", "lily", "größe"]
COLUMNS = {
    "float64": pa.array(rng.normal(size=ROWS)),
    "float32": pa.array(rng.normal(size=ROWS).astype(np.float32)),
    "float16": pa.array(rng.normal(size=ROWS).astype(np.float16)),
    "int8": pa.array(rng.integers(-128, 128, ROWS, dtype=np.int8)),
    "uint8": pa.array(rng.integers(0, 256, ROWS, dtype=np.uint8)),
    "int32": pa.array(rng.integers(-(2**31), 2**31, ROWS, dtype=np.int32)),
    "uint32": pa.array(rng.integers(0, 2**32, ROWS, dtype=np.uint32)),
    # Few values, so that the column gets a dictionary.
    "int64": pa.array(rng.integers(-3, 4, ROWS, dtype=np.int64)),
    "uint64": pa.array(rng.integers(0, 2**53, ROWS, dtype=np.uint64)),
    "boolean": pa.array(rng.integers(0, 2, ROWS).astype(bool)),
    "decimal": pa.array([decimal.Decimal(int(v)) / 100 for v in rng.integers(-9999, 9999, ROWS)],
                        pa.decimal128(12, 2)),
    "kind": pa.array([kinds[i % 3] for i in rng.permutation(ROWS)]),
}
TABLE = pa.table(COLUMNS)

# By name of the file, the options of PyArrow's writer.
FILES = {
    "snappy": dict(compression="snappy"),
    "zstd": dict(compression="zstd"),
    "gzip": dict(compression="gzip"),
    "brotli": dict(compression="brotli"),
    "lz4": dict(compression="lz4"),
    "plain": dict(compression="none", use_dictionary=False),
    "dictionary": dict(compression="none", use_dictionary=True),
    "groups": dict(compression="snappy", row_group_size=17),
    "pages": dict(compression="zstd", data_page_size=64, write_batch_size=8),
    "page_v2": dict(compression="snappy", data_page_version="2.0", data_page_size=64, write_batch_size=8),
    "version_1": dict(compression="gzip", version="1.0"),
    "delta": dict(compression="none", use_dictionary=False, data_page_version="2.0", column_encoding={
        "int32": "DELTA_BINARY_PACKED", "int64": "DELTA_BINARY_PACKED", "kind": "DELTA_BYTE_ARRAY",
        "float64": "BYTE_STREAM_SPLIT", "float32": "BYTE_STREAM_SPLIT"}),
}


def number(value):
    """Returns a value as JSON: numbers as the nearest float64, booleans as 0 and 1."""
    return value if isinstance(value, str) else float(value)


def single(name, array, **options):
    """Writes a file of a feature `a` and a class."""
    table = pa.table({"a": array, "class": pa.array([i % 2 for i in range(len(array))], pa.int64())})
    pq.write_table(table, FOLDER / f"{name}.parquet", **options)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, options in FILES.items():
        pq.write_table(TABLE, FOLDER / f"{name}.parquet", **options)
    held = {name: [number(v) for v in column.to_pylist()] for name, column in COLUMNS.items()}
    (FOLDER / "golden.json").write_text(json.dumps({"pyarrow": pa.__version__, "columns": held}, ensure_ascii=False))

    single("null", pa.array([1.0, 2.0, None, 4.0]))
    single("nan", pa.array([1.0, float("nan"), 3.0]))
    single("large_integer", pa.array([1, 2**53 + 1, 3], pa.int64()))
    single("beyond_float32", pa.array([1.0, 1e39]))
    single("date", pa.array([datetime.date(2026, 11, 29)] * 3))
    single("list", pa.array([[1.0, 2.0]] * 3))
    single("text", pa.array(["x", "y", "z"]))
    single("empty", pa.array([], pa.float64()))
    labels = {"null_class": [0, None, 1], "fraction_class": [0.5, 1.5, 0.5], "float_class": [1.0, 0.0, 1.0],
              "boolean_class": [True, False, True]}
    for name, values in labels.items():
        pq.write_table(pa.table({"a": [1.0, 2.0, 3.0], "class": values}), FOLDER / f"{name}.parquet")
    # What pandas notes when it writes an index besides a range.
    noted = pa.table({"a": [1.0, 2.0], "class": [0, 1], "__index_level_0__": [5, 9]})
    note = json.dumps({"index_columns": ["__index_level_0__"], "columns": []})
    pq.write_table(noted.replace_schema_metadata({"pandas": note}), FOLDER / "pandas_index.parquet")
    ranged = pa.table({"a": [1.0, 2.0], "class": [0, 1]})
    note = json.dumps({"index_columns": [{"kind": "range", "name": None, "start": 0, "stop": 2, "step": 1}]})
    pq.write_table(ranged.replace_schema_metadata({"pandas": note}), FOLDER / "pandas_range.parquet")
    # Bytes that are no UTF-8, in a column that says it is.
    binary = pa.array([b"a\xff", b"b", b"a\xfe"]).view(pa.string())
    pq.write_table(pa.table({"a": [1.0, 2.0, 3.0], "class": binary}), FOLDER / "not_utf8.parquet")
