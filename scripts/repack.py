#!/usr/bin/env python3
"""Copies an image of an OCI layout so that it shares no layer: one small file is added to each.

usage: repack.py LAYOUT TAG NEW_LAYOUT        gzip or plain layers
"""
import gzip, hashlib, io, json, os, sys, tarfile

src, tag, dst = sys.argv[1:]
os.makedirs(dst + "/blobs/sha256", exist_ok=True)
blob = lambda d: src + "/blobs/" + d.replace(":", "/")

def put(data):
    h = hashlib.sha256(data).hexdigest()
    with open(dst + "/blobs/sha256/" + h, "wb") as f: f.write(data)
    return {"digest": "sha256:" + h, "size": len(data)}

def layer(path, n):
    """Streams a layer, cuts the end-of-archive blocks, appends one member."""
    plain, zipped = hashlib.sha256(), hashlib.sha256()
    extra = io.BytesIO()
    with tarfile.open(fileobj=extra, mode="w") as t:
        i = tarfile.TarInfo("tmp/.rebuilt-%d" % n); i.size = 8; t.addfile(i, io.BytesIO(b"rebuilt\n"))
    with open(path, "rb") as f: gz = f.read(2) == b"\x1f\x8b"
    f = gzip.open(path, "rb") if gz else open(path, "rb")
    with tarfile.open(fileobj=f, mode="r:") as t:
        end = max(m.offset_data + (m.size + 511) // 512 * 512 if m.isreg() else m.offset_data for m in t.getmembers())
    f.seek(0)
    tmp = dst + "/tmp"
    with open(tmp, "wb") as out, gzip.GzipFile("", "wb", 6, out, mtime=0) as z:
        left = end
        while left:
            b = f.read(min(left, 1 << 20)); left -= len(b); plain.update(b); z.write(b)
        plain.update(extra.getvalue()); z.write(extra.getvalue())
    with open(tmp, "rb") as g:
        while b := g.read(1 << 20): zipped.update(b)
    size = os.path.getsize(tmp); os.rename(tmp, dst + "/blobs/sha256/" + zipped.hexdigest())
    return {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "sha256:" + zipped.hexdigest(), "size": size}, "sha256:" + plain.hexdigest()

index = json.load(open(src + "/index.json"))
d = next(m for m in index["manifests"] if m.get("annotations", {}).get("org.opencontainers.image.ref.name") == tag)
man = json.load(open(blob(d["digest"]))); cfg = json.load(open(blob(man["config"]["digest"])))
new = [layer(blob(l["digest"]), i) for i, l in enumerate(man["layers"])]
man["layers"] = [l for l, _ in new]; cfg["rootfs"]["diff_ids"] = [x for _, x in new]
man["config"].update(put(json.dumps(cfg).encode()))
m = put(json.dumps(man).encode())
json.dump({"schemaVersion": 2, "manifests": [dict(m, mediaType=d["mediaType"], annotations={"org.opencontainers.image.ref.name": tag})]}, open(dst + "/index.json", "w"))
open(dst + "/oci-layout", "w").write('{"imageLayoutVersion":"1.0.0"}')
