package ext4

import "math/bits"

// Hash versions of a directory index.
const (
	hashLegacy  = 0
	hashHalfMD4 = 1
	hashTEA     = 2
	hashSiphash = 6

	// hashUnsigned is added to a version where characters are unsigned.
	hashUnsigned = 3
	// flagUnsignedHash in s_flags says that they are.
	flagUnsignedHash = 0x2
)

// dirHash returns the two hashes of a name in a directory index. version is 0
// to 5; ok is false for any other, such as one that needs a key.
//
// Source: ext4 data structures and algorithms, section "Hash Tree
// Directories"; struct dx_hash_info.
func dirHash(version uint8, seed [4]uint32, name []byte) (hash, minor uint32, ok bool) {
	unsigned := version >= hashUnsigned
	if unsigned {
		version -= hashUnsigned
	}
	state := [4]uint32{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}
	if seed != [4]uint32{} {
		state = seed
	}
	switch version {
	case hashLegacy:
		hash = legacyHash(name, unsigned)
	case hashHalfMD4:
		for rest := name; len(rest) > 0; rest = rest[min(32, len(rest)):] {
			var in [8]uint32
			hashWords(in[:], rest, unsigned)
			halfMD4(&state, &in)
		}
		hash, minor = state[1], state[2]
	case hashTEA:
		for rest := name; len(rest) > 0; rest = rest[min(16, len(rest)):] {
			var in [4]uint32
			hashWords(in[:], rest, unsigned)
			tea(&state, &in)
		}
		hash, minor = state[0], state[1]
	default:
		return 0, 0, false
	}
	if hash &^= 1; hash == 0xFFFFFFFE { // the end mark of a listing
		hash = 0xFFFFFFFC
	}
	return hash, minor, true
}

// char widens a character as a machine with that kind of characters does.
func char(c byte, unsigned bool) uint32 {
	if unsigned {
		return uint32(c)
	}
	return uint32(int32(int8(c)))
}

// hashWords packs the start of a name into words, four characters each, and
// fills up with the length of what is left.
func hashWords(out []uint32, name []byte, unsigned bool) {
	n := uint32(len(name))
	pad := n | n<<8
	pad |= pad << 16
	name = name[:min(len(name), 4*len(out))]
	for i := range out {
		w := pad
		for _, c := range name[min(4*i, len(name)):min(4*i+4, len(name))] {
			w = char(c, unsigned) + w<<8
		}
		out[i] = w
	}
}

func legacyHash(name []byte, unsigned bool) uint32 {
	h0, h1 := uint32(0x12a3fe2d), uint32(0x37abe8f9)
	for _, c := range name {
		h := h1 + (h0 ^ char(c, unsigned)*7152373)
		if h&0x80000000 != 0 {
			h -= 0x7fffffff
		}
		h1, h0 = h0, h
	}
	return h0 << 1
}

// halfMD4 is MD4's compression with half of its steps.
func halfMD4(state *[4]uint32, in *[8]uint32) {
	a, b, c, d := state[0], state[1], state[2], state[3]
	round := func(f func(x, y, z uint32) uint32, add uint32, order [8]int, shift [4]int) {
		for i, at := range order {
			a = bits.RotateLeft32(a+f(b, c, d)+in[at]+add, shift[i%4])
			a, b, c, d = d, a, b, c
		}
	}
	round(func(x, y, z uint32) uint32 { return z ^ x&(y^z) }, 0, [8]int{0, 1, 2, 3, 4, 5, 6, 7}, [4]int{3, 7, 11, 19})
	round(func(x, y, z uint32) uint32 { return x&y + (x^y)&z }, 0x5A827999, [8]int{1, 3, 5, 7, 0, 2, 4, 6}, [4]int{3, 5, 9, 13})
	round(func(x, y, z uint32) uint32 { return x ^ y ^ z }, 0x6ED9EBA1, [8]int{3, 7, 2, 6, 1, 5, 0, 4}, [4]int{3, 9, 11, 15})
	state[0] += a
	state[1] += b
	state[2] += c
	state[3] += d
}

// tea is sixteen rounds of the Tiny Encryption Algorithm.
func tea(state *[4]uint32, key *[4]uint32) {
	x, y, sum := state[0], state[1], uint32(0)
	for range 16 {
		sum += 0x9E3779B9
		x += (y<<4 + key[0]) ^ (y + sum) ^ (y>>5 + key[1])
		y += (x<<4 + key[2]) ^ (x + sum) ^ (x>>5 + key[3])
	}
	state[0] += x
	state[1] += y
}
