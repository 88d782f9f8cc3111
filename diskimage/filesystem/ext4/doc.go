// Package ext4 reads ext2, ext3 and ext4 file systems as the Linux kernel shows
// them, from the bytes of a section, without mounting and without writing.
//
// The format is specified in the kernel documentation, "ext4 data structures
// and algorithms" (Documentation/filesystems/ext4), and for the journal in its
// section "Journal (jbd2)"; constants are those of ext2_fs.h of e2fsprogs.
//
// Read are blocks of 1 to 64 KiB, block maps and extent trees of any depth, unwritten
// extents and holes, hashed and linear directories, inline files, directories and links, inodes of
// 128 bytes and more, times with nanoseconds up to the year 2446, extended
// attributes in inodes, blocks and value inodes, POSIX ACLs in the form of
// getxattr(2), device numbers of both encodings, and every feature below.
//
//	feature                                   what is done
//	filetype extent flex_bg 64bit meta_bg     read
//	bigalloc huge_file large_dir dir_nlink    read
//	inline_data ea_inode casefold mmp         read; names as stored
//	metadata_csum metadata_csum_seed          verified wherever a checked structure is read
//	uninit_bg sparse_super sparse_super2      read; checksum verified
//	has_journal needs_recovery                committed transactions are replayed in memory
//	orphan_file orphan_present                deleted files that were open are walked as Deleted
//	quota project verity                      files read as usual; quota files are not in the tree
//	encrypt                                   names as shown without a key; content is ErrEncrypted
//	fast_commit                               a journal with fast commits to replay is reported
//	compression journal_dev dirdata           refused: ErrUnsupported
//	any other incompatible feature            refused: ErrUnsupported, with its bit
//
// A structure with a wrong checksum is reported as damage, and what it says is
// delivered if it is plausible. Without metadata_csum (and without bigalloc and
// shared_blocks) every block and inode is accounted for: one in use without an
// owner or a name, with two owners or fewer names than it counts, is damage, and so is content behind a
// file's size. If such a file system was closed properly, bytes behind the end of
// a file in its last block are damage too, once the content is read to its end
// before the walk goes on. Not read: deleted files that no list names, the content of block
// bitmaps, and copies of the superblock.
//
// The call most people want:
//
//	fs, err := ext4.Open(ctx, section, size, nil)
//	for e, err := range fs.Walk(ctx) {
//		...
//	}
package ext4
