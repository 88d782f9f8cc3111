#!/usr/bin/env python3
"""Write VMDK kinds that qemu-img cannot, from the format document alone.

usage: write.py raw SIZE OUT | write.py KIND RAW NAME

footer       streamOptimized as VMware exports it: tables behind the grains, footer, end-of-stream marker
tables-last  the same with a table that is not full and grain sizes of 32 KiB
vmfs         descriptor of createType vmfs and a flat file
cowd         vmfsSparse: descriptor and a COWD extent
two-flat     two flat files, the second from the middle of its file
zero-extent  flat, ZERO and flat
"""
import struct, sys, zlib

SECTOR = 512


def raw(size, out):
    """A disk with content at its ends, across grain borders, and far apart."""
    with open(out, "wb") as f:
        f.truncate(size)
        for at, n in [(0, 3000), (65536 - 700, 1500), (1 << 20, 200000), (33 << 20, 70000), (size - 4096, 4096)]:
            f.seek(at)
            line = b"".join(b"%012d the guest wrote this line\n" % (at + i * 38) for i in range(n // 38 + 1))
            f.write(line[:n])


def descriptor(kind, extents, cid="12345678"):
    return ("# Disk DescriptorFile\nversion=1\nCID=%s\nparentCID=ffffffff\ncreateType=\"%s\"\n\n# Extent description\n%s\n\n"
            "# The Disk Data Base\n#DDB\n\nddb.virtualHWVersion = \"4\"\nddb.geometry.cylinders = \"83\"\nddb.geometry.heads = \"16\"\n"
            "ddb.geometry.sectors = \"63\"\nddb.adapterType = \"ide\"\n" % (cid, kind, "\n".join(extents))).encode()


def pad(b):
    return b + bytes(-len(b) % SECTOR)


def header(capacity, grain, gd, overhead, desc_sectors):
    return pad(struct.pack("<4sIIQQQQIQQQB4sH", b"KDMV", 3, 0x30001, capacity, grain, 1, desc_sectors, 512, 0, gd, overhead,
                           0, b"\n \r\n", 1))


def marker(val, kind):
    return pad(struct.pack("<QII", val, 0, kind))


def stream(data, name, grain):
    capacity = len(data) // SECTOR
    desc = descriptor("streamOptimized", ['RDONLY %d SPARSE "%s.vmdk"' % (capacity, name)]).ljust(20 * SECTOR, b"\0")
    with open(name + ".vmdk", "wb") as f:
        f.write(header(capacity, grain, 2**64 - 1, 128, 20) + desc)
        f.write(bytes(128 * SECTOR - f.tell()))
        tables, directory = {}, []
        for g in range(0, (capacity + grain - 1) // grain):
            block = data[g * grain * SECTOR:(g + 1) * grain * SECTOR]
            if not block.strip(b"\0"):
                continue
            tables.setdefault(g // 512, {})[g % 512] = f.tell() // SECTOR
            z = zlib.compress(block.ljust(grain * SECTOR, b"\0"))
            f.write(pad(struct.pack("<QI", g * grain, len(z)) + z))
        for t in range((capacity + grain * 512 - 1) // (grain * 512)):
            if t not in tables:
                directory.append(0)
                continue
            f.write(marker(4, 1))
            directory.append(f.tell() // SECTOR)
            f.write(struct.pack("<512I", *[tables[t].get(i, 0) for i in range(512)]))
        gd = pad(struct.pack("<%dI" % len(directory), *directory))
        f.write(marker(len(gd) // SECTOR, 2))
        at = f.tell() // SECTOR
        f.write(gd + marker(1, 3) + header(capacity, grain, at, 128, 20) + bytes(SECTOR))


def cowd(data, name):
    capacity, grain = len(data) // SECTOR, 8
    per = 4096 * grain
    entries = (capacity + per - 1) // per
    gd_sectors = (entries * 4 + SECTOR - 1) // SECTOR
    free, blocks, tables, directory = 4 + gd_sectors, [], [], []
    for t in range(entries):
        part = [data[(t * 4096 + i) * grain * SECTOR:(t * 4096 + i + 1) * grain * SECTOR] for i in range(4096)]
        if not any(p.strip(b"\0") for p in part):
            directory.append(0)
            continue
        directory.append(free)
        free += 32
        table = []
        for p in part:
            table.append(free if p.strip(b"\0") else 0)
            if table[-1]:
                blocks.append((free, p))
                free += grain
        blocks.append((directory[-1], struct.pack("<4096I", *table)))
    with open(name + "-delta.vmdk", "wb") as f:
        f.write(struct.pack("<4s7I", b"COWD", 1, 3, capacity, grain, 4, entries, free).ljust(4 * SECTOR, b"\0"))
        f.write(struct.pack("<%dI" % entries, *directory))
        for at, b in blocks:
            f.seek(at * SECTOR)
            f.write(b)
        f.truncate(free * SECTOR)
    with open(name + ".vmdk", "wb") as f:
        f.write(descriptor("vmfsSparse", ['RW %d VMFSSPARSE "%s-delta.vmdk"' % (capacity, name)]))


def flat(data, name, kind, parts):
    """parts: (type, start, end, offset in the file), in sectors of the disk."""
    lines = []
    for i, (t, start, end, off) in enumerate(parts):
        if t == "ZERO":
            lines.append("RW %d ZERO" % (end - start))
            continue
        file = "%s-f%03d.vmdk" % (name, i + 1)
        with open(file, "wb") as f:
            f.seek(off * SECTOR)
            f.write(data[start * SECTOR:end * SECTOR])
        lines.append('RW %d %s "%s"' % (end - start, t, file) + (" %d" % off if t == "FLAT" else ""))
    with open(name + ".vmdk", "wb") as f:
        f.write(descriptor(kind, lines))


def main():
    kind = sys.argv[1]
    if kind == "raw":
        return raw(int(sys.argv[2]), sys.argv[3])
    data, name = open(sys.argv[2], "rb").read(), sys.argv[3]
    n = len(data) // SECTOR
    if kind == "footer":
        stream(data, name, 128)
    elif kind == "tables-last":
        stream(data[:-512 * 64], name, 64)
    elif kind == "cowd":
        cowd(data, name)
    elif kind == "vmfs":
        flat(data, name, "vmfs", [("VMFS", 0, n, 0)])
    elif kind == "two-flat":
        flat(data, name, "twoGbMaxExtentFlat", [("FLAT", 0, 2049, 0), ("FLAT", 2049, n, 77)])
    elif kind == "zero-extent":
        flat(data, name, "twoGbMaxExtentFlat", [("FLAT", 0, 2048, 0), ("ZERO", 2048, 67584, 0), ("FLAT", 67584, n, 0)])


main()
