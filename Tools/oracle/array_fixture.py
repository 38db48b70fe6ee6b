"""Small arrays as numpy and h5py write them, for the tests of ArrayFile.

    python array_fixture.py Tests/PlumblineStorageTests/Arrays

Each array has the shape [3, 2, 2] and the values i / 2 - 3, or as near as its type has them.
"""
import pathlib
import sys

import h5py
import numpy as np

folder = pathlib.Path(sys.argv[1])
values = (np.arange(12) / 2 - 3).reshape(3, 2, 2)
for name in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "b1"):
    np.save(folder / f"{name}.npy", values.astype(name))
for name in ("u1", "u2", "u4", "u8"):
    np.save(folder / f"{name}.npy", np.abs(values).astype(name))
np.save(folder / "fortran.npy", np.asfortranarray(values))
np.save(folder / "big_endian.npy", values.astype(">f4"))
np.save(folder / "object.npy", np.array([1, "a"], object))
np.save(folder / "record.npy", np.zeros(2, [("a", "f4"), ("b", "i4")]))
np.savez(folder / "stored.npz", maps=values.astype("f4"), other=np.zeros(2))
np.savez_compressed(folder / "packed.npz", b=values.astype("f8"), a=-values.astype("f4"))
with h5py.File(folder / "arrays.h5", "w") as file:
    file["maps"] = values.astype("f4")
    file.create_dataset("group/packed", data=values, chunks=(2, 1, 2), compression="gzip")
    file["group/text"] = "no numbers"
