// ELF files: what they define and import, what they say, how they are built.

import "elf"
import "math"

private rule ELF_File
{
	condition:
		uint32be(0) == 0x7f454c46
}

// An object that no kernel starts by itself: a library, module or plug-in.
private rule ELF_Library
{
	condition:
		ELF_File and elf.type == elf.ET_DYN and
		not for any s in elf.segments : ( s.type == elf.PT_INTERP )
}

private rule ELF_Kernel_Module
{
	strings:
		$a = "vermagic="
		$b = ".gnu.linkonce.this_module"
	condition:
		ELF_File and elf.type == elf.ET_REL and any of them
}

rule ELF_Preload_Hides_Files
{
	meta:
		description = "Library that stands before libc's directory functions, as rootkits do to hide files"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1574/006/"
		severity = "high"
		score = 88
		mitre = "T1574.006 T1014"
	strings:
		$n1 = "dlsym" fullword
		$n2 = "dlvsym" fullword
		$d = "readdir"
		$no1 = "fakechroot_"
		$no2 = "__collector_" // gprofng
	condition:
		filesize < 2MB and ELF_Library and any of ($n*) and $d and not any of ($no*) and
		for any s in elf.dynsym : ( s.shndx == 0 and (s.name == "dlsym" or s.name == "dlvsym") ) and
		for any s in elf.dynsym : ( s.shndx != 0 and s.type == elf.STT_FUNC and
			(s.name == "readdir" or s.name == "readdir64" or s.name == "readdir_r" or s.name == "readdir64_r") )
}

rule ELF_Preload_Wraps_Login
{
	meta:
		description = "Library that stands before authentication functions, as credential thieves and back doors do"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1574/006/"
		severity = "high"
		score = 88
		mitre = "T1574.006 T1556.003"
	strings:
		$n1 = "dlsym" fullword
		$n2 = "dlvsym" fullword
		$p1 = "pam_authenticate" fullword
		$p2 = "pam_get_authtok" fullword
		$p3 = "pam_get_item" fullword
		$p4 = "pam_acct_mgmt" fullword
		$p5 = "pam_open_session" fullword
		$p6 = "pam_sm_authenticate" fullword
		$p9 = "SSL_write" fullword
		$p10 = "SSL_read" fullword
		$p11 = "PEM_read_PrivateKey" fullword
		$no = "pam_start" fullword
		$no2 = "SSL_CTX_new" fullword
	condition:
		filesize < 2MB and ELF_Library and any of ($n*) and any of ($p*) and not $no and not $no2 and
		for any s in elf.dynsym : ( s.shndx == 0 and (s.name == "dlsym" or s.name == "dlvsym") ) and
		for any s in elf.dynsym : ( s.shndx != 0 and s.type == elf.STT_FUNC and
			(s.name == "pam_authenticate" or s.name == "pam_get_authtok" or s.name == "pam_get_item" or s.name == "pam_acct_mgmt" or
			 s.name == "pam_open_session" or s.name == "SSL_write" or s.name == "SSL_read" or s.name == "PEM_read_PrivateKey") )
}

rule ELF_Preload_Hands_Out_Shell
{
	meta:
		description = "Library that stands before network functions and holds a shell"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1574/006/"
		severity = "critical"
		score = 92
		mitre = "T1574.006 T1205"
	strings:
		$n1 = "dlsym" fullword
		$n2 = "dlvsym" fullword
		$f1 = "accept" fullword
		$f2 = "accept4" fullword
		$f3 = "connect" fullword
		$f4 = "bind" fullword
		$f5 = "write" fullword
		$f6 = "read" fullword
		$f7 = "recv" fullword
		$f8 = "execve" fullword
		$f9 = "syslog" fullword
		$f10 = "fopen" fullword
		$f11 = "open" fullword
		$f12 = "open64" fullword
		$f13 = "unlink" fullword
		$f14 = "ptrace" fullword
		$s1 = "/bin/sh" fullword
		$s2 = "/bin/bash" fullword
		$s3 = "openpty" fullword
		$s4 = "forkpty" fullword
		$s5 = "dup2" fullword
		$s6 = "HISTFILE"
		$s7 = "ptsname" fullword
		$h1 = "/etc/ld.so.preload"
		$h2 = "LD_PRELOAD"
		$h3 = "/proc/net/tcp"
		$h4 = "/proc/%"
	condition:
		filesize < 1MB and ELF_Library and any of ($n*) and any of ($f*) and
		((any of ($s1,$s2) and any of ($s3,$s4,$s5,$s7)) or ($s6 and any of ($s*)) or ($h1 and any of ($h2,$h3,$h4)) or (any of ($s3,$s4,$s7) and $s5)) and
		for any s in elf.dynsym : ( s.shndx == 0 and (s.name == "dlsym" or s.name == "dlvsym") ) and
		for any s in elf.dynsym : ( s.shndx != 0 and s.type == elf.STT_FUNC and
			s.name matches /^(accept4?|connect|bind|write|read|recv|execve|syslog|fopen(64)?|open(64)?|openat|unlink|ptrace|__libc_start_main|getuid|geteuid|puts|strlen|access|stat|lstat)$/ )
}

rule ELF_Preload_Payload
{
	meta:
		description = "Tiny library that runs a command as soon as it is loaded and wipes its own trace from the environment"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1574/006/"
		severity = "high"
		score = 80
		mitre = "T1574.006"
	strings:
		$p = "LD_PRELOAD" fullword
		$no = "dlsym" fullword
	condition:
		filesize < 40KB and $p and not $no and ELF_Library and
		for any s in elf.dynsym : ( s.shndx == 0 and (s.name == "system" or s.name == "popen" or s.name == "execve" or s.name == "execl") ) and
		for any s in elf.dynsym : ( s.shndx == 0 and (s.name == "environ" or s.name == "__environ" or s.name == "unsetenv") )
}

rule ELF_Library_With_Shell_And_Network
{
	meta:
		description = "Small library that connects or listens and starts a shell, or that holds an address and a shell"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1574/006/"
		severity = "high"
		score = 82
		mitre = "T1574.006 T1059.004"
	strings:
		$s1 = "/bin/sh" fullword
		$s2 = "/bin/bash" fullword
		$n1 = "socket" fullword
		$c1 = "connect" fullword
		$c2 = "accept" fullword
		$c3 = "bind" fullword
		$d1 = "dup2" fullword
		$d2 = "dup3" fullword
		$e1 = "execve" fullword
		$e2 = "execl" fullword
		$e3 = "execv" fullword
		$e4 = "system" fullword
		$e5 = "popen" fullword
		$e6 = "execle" fullword
		$e7 = "execlp" fullword
		$e8 = "posix_spawn"
		$e9 = "fork" fullword
		$ip = /\x00(https?:\/\/|tcp:\/\/)?([1-9]\d?|1\d\d|2[0-4]\d|25[0-5])\.\d{1,3}\.\d{1,3}\.\d{1,3}:\d{2,5}[\/\x00]/
		$h1 = "/dev/tcp/"
		$h3 = /\x00\/(dev\/shm|tmp|var\/tmp|var\/run)\/\.[\w.-]{1,40}\x00/
		$u1 = "LD_PRELOAD" fullword
		$u2 = "unsetenv" fullword
		$no = "heaptrack"
	condition:
		filesize < 512KB and ELF_Library and
		((any of ($s*) and $n1 and any of ($c*) and any of ($d*) and any of ($e1,$e2,$e3,$e6,$e7) and filesize < 192KB) or
		 (any of ($s*) and ($ip or $h1 or $h3) and filesize < 128KB) or
		 ($h1 and any of ($e*)) or ($ip and any of ($e*) and filesize < 128KB) or
		 ($u1 and $u2 and any of ($e1,$e2,$e3,$e4,$e5) and filesize < 64KB and not $no))
}

rule ELF_PAM_Module_Steals_Passwords
{
	meta:
		description = "PAM module that writes or sends passwords, or that lets a fixed one in"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1556/003/"
		severity = "high"
		score = 85
		mitre = "T1556.003"
	strings:
		$m1 = "pam_sm_authenticate" fullword
		$g1 = "pam_get_authtok" fullword
		$g2 = "pam_get_item" fullword
		$g3 = "pam_get_user" fullword
		$w1 = "fopen" fullword
		$w2 = "open" fullword
		$w3 = "fprintf" fullword
		$w4 = "__fprintf_chk" fullword
		$w5 = "write" fullword
		$w6 = "fopen64" fullword
		$w7 = "dprintf" fullword
		$f1 = /(user(name)?|login|host|ip|service)[^\x00]{0,12}%s[^\x00]{0,24}pass(w(or)?d)?[^\x00]{0,6}%s/ nocase
		$f2 = /\x00%s[: ]{1,3}%s\n?\x00/
		$f3 = /\x00%s[:@]%s[:@]%s/
		$f4 = /pass(w(or)?d)?[ :=]{1,3}%s/ nocase
		$p1 = /\x00\/(tmp|var\/tmp|dev\/shm|var\/log\/\.|usr\/(include|share|lib|games)|var\/lib|etc)\/[\w.\/-]{1,60}\.(log|txt|dat|h|so|tmp|cache|db|old|bak)\x00/
		$p2 = /\x00\/(tmp|var\/tmp|dev\/shm|usr|var|etc|opt|run)\/[\w\/-]{0,40}\/?\.[\w.-]{1,40}\x00/
		$p3 = /\x00\/(tmp|var\/tmp|dev\/shm)\/[\w.-]{1,40}\x00/
		$n1 = "socket" fullword
		$n2 = "sendto" fullword
		$n3 = "send" fullword
		$n4 = "connect" fullword
		$n5 = "curl_easy_perform" fullword
		$n6 = "gethostbyname" fullword
		$x1 = "system" fullword
		$x2 = "popen" fullword
		$c1 = "strcmp" fullword
		$c2 = "strncmp" fullword
		$k1 = "crypt" fullword
		$k2 = "getspnam" fullword
		$k3 = "getpwnam" fullword
		$k4 = "pam_modutil_"
		$k5 = "pam_syslog" fullword
		$k6 = "pam_set_item" fullword
		$k7 = "pam_set_data" fullword
	condition:
		filesize < 512KB and ELF_Library and $m1 and any of ($g*) and
		for any s in elf.dynsym : ( s.shndx != 0 and s.name == "pam_sm_authenticate" ) and
		((any of ($w*) and any of ($p1,$p2,$p3) and any of ($f*)) or
		 (any of ($n*) and any of ($f*) and not $k4 and not $k5) or
		 ($n5 and any of ($g1,$g2)) or ($n1 and $n4 and $g1 and not any of ($k4,$k5)) or
		 (any of ($x*) and $g1 and not any of ($k*)) or
		 (any of ($c*) and any of ($g1,$g2) and filesize < 64KB and not any of ($k*)))
}

rule ELF_PAM_Unix_Constant_Password
{
	meta:
		description = "pam_unix that compares something with a constant before it lets in, as a fixed password does (x86-64)"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1556/003/"
		severity = "medium"
		score = 68
		mitre = "T1556.003"
	strings:
		$m = "pam_sm_authenticate" fullword
		$h = "unix_chkpwd"
	condition:
		// In pam_sm_authenticate of pam_unix no call gets a constant's address as its
		// first or second argument and decides a branch by what it returns.
		filesize < 512KB and all of them and ELF_Library and elf.machine == elf.EM_X86_64 and
		for any s in elf.dynsym : ( s.name == "pam_sm_authenticate" and s.shndx != 0 and s.size > 32 and s.size < 8192 and
			for any i in (s.value..s.value + s.size - 24) : ( uint16(i) == 0x8d48 and
				(uint8(i + 2) == 0x35 or uint8(i + 2) == 0x3d or
				 uint8(i + 2) == 0x15 and uint32(i + 7) & 0xffffff == 0xd68948 or
				 uint8(i + 2) == 0x05 and uint32(i + 7) & 0xffffff == 0xc68948) and
				for any g in (7..16) : ( uint8(i + g) == 0xe8 and
					(uint16(i + g + 5) == 0xc085 and (uint8(i + g + 7) & 0xfe == 0x74 or uint16(i + g + 7) & 0xfeff == 0x840f) or
					 uint8(i + g + 5) == 0x89 and uint16(i + g + 7) == 0xc085 and (uint8(i + g + 9) & 0xfe == 0x74 or uint16(i + g + 9) & 0xfeff == 0x840f)) ) ) )
}

rule ELF_SSH_Server_Altered
{
	meta:
		description = "SSH server or client that logs passwords or knows a hidden place"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1554/"
		severity = "high"
		score = 85
		mitre = "T1554 T1556"
	strings:
		$s1 = "SSH-2.0-OpenSSH"
		$s2 = "PermitRootLogin"
		$s3 = "sshd: %.200s"
		$s4 = "OpenSSH_"
		$s5 = "dropbear" nocase
		$f1 = /(user|login|from|host)[^\x00\n]{0,16}%s[^\x00\n]{0,24}pass(w(or)?d)?[^\x00\n]{0,6}%s/ nocase
		$f2 = /\x00[+\[* ]{0,4}(user|username|login)[:= ]{1,3}%s/ nocase
		$f3 = /pass(w(or)?d)?[:= ]{1,3}%s\n/ nocase
		$p1 = /\x00\/(tmp|var\/tmp|dev\/shm)\/\.?[\w.-]{2,40}\x00/
		$p2 = /\x00\/(usr|var|etc|lib|opt)\/[\w\/-]{0,40}\/\.[\w.-]{2,40}\x00/
		$m = /(magic|master|backdoor|secret)[_ ]?pass(w(or)?d)?/ nocase
	condition:
		ELF_File and filesize < 20MB and 2 of ($s*) and (($f1 or ($f2 and $f3)) and any of ($p*) or $f1 and filesize < 3MB or $m)
}

rule ELF_Kernel_Rootkit
{
	meta:
		description = "Kernel module that hooks system calls, hides entries or gives root away"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1014/"
		severity = "critical"
		score = 92
		mitre = "T1014 T1547.006"
	strings:
		$t1 = "sys_call_table" fullword
		$t2 = "kallsyms_lookup_name" fullword
		$t3 = "register_kprobe" fullword
		$t4 = "register_ftrace_function" fullword
		$t5 = "ftrace_set_filter_ip" fullword
		$t6 = "kallsyms_on_each_symbol" fullword
		$c1 = "commit_creds" fullword
		$c2 = "prepare_creds" fullword
		$c3 = "prepare_kernel_cred" fullword
		$h1 = /(__x64_|__ia32_|__arm64_)?sys_(getdents(64)?|kill|openat|execve|recvmsg|reboot|init_module|finit_module|delete_module|unlink(at)?|rename|bpf)\x00/
		$h2 = /\x00(tcp[46]_seq_show|udp[46]_seq_show|raw[46]_seq_show|filldir(64)?|fillonedir|proc_pid_readdir|next_tgid|find_task_by_vpid|inet_ioctl|tpacket_rcv|packet_rcv|load_elf_binary|iterate_dir|audit_log_start|vfs_statx|vfs_read)\x00/
		$h3 = "hide_" 
		$h4 = "hidden" nocase
		$h5 = "rootkit" nocase
		$h6 = /\x00(give_root|get_root|hide_(module|pid|file|port|me|myself)|is_invisible|unhide_(module|pid|file|port|me)|(hook|hooked|hacked|orig|old|new|fake)_(sys_)?(getdents(64)?|kill|openat|tcp[46]_seq_show|filldir(64)?|mkdir|reboot))\x00/
		$u1 = "call_usermodehelper" fullword
		$u2 = "call_usermodehelper_exec" fullword
		$u3 = "call_usermodehelper_setup" fullword
		$b1 = "/bin/sh"
		$b2 = "/bin/bash"
		$k = "khook"
	condition:
		ELF_Kernel_Module and filesize < 8MB and
		((any of ($t1,$t2,$t6) and any of ($c*)) or (any of ($t*) and $h1) or (any of ($t*) and $h2) or
		 ($t1 and any of ($h3,$h4,$h6)) or $h6 or $h5 or ($k and any of ($t*)) or
		 (any of ($u*) and any of ($b*)) or (any of ($c*) and $h1))
}

rule ELF_BPF_Rootkit
{
	meta:
		description = "eBPF program that changes what user programs see or do"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1014/"
		severity = "high"
		score = 88
		mitre = "T1014 T1205"
	strings:
		$write = { 85 00 00 00 24 00 00 00 }
		$override = { 85 00 00 00 3a 00 00 00 }
		$signal = { 85 00 00 00 6d 00 00 00 }
		$s1 = /(tp|tracepoint|raw_tp|kprobe|kretprobe|ksyscall|fentry|fexit|lsm)\/[\w\/]{0,40}(getdents|execve|openat|read|recvmsg|kill|newfstatat|statx|bpf|tcp4_seq_show|ptrace)/
		$s2 = /(uprobe|uretprobe)[\w\/:.]{0,80}(pam_|SSL_|libcrypto|readline|getpw|crypt)/
		$w1 = "bpf_probe_write_user"
		$w3 = "sys_enter_getdents64"
		$w4 = "sys_exit_getdents64"
		$w5 = "sys_enter_execve"
		$w6 = "sys_exit_read"
		$w7 = "/etc/sudoers"
		$w8 = "/etc/shadow"
		$w9 = "bpf_program__attach"
		$w10 = "bpf_object__open_skeleton"
		$w11 = "/etc/passwd"
		$w12 = "root/.ssh"
	condition:
		ELF_File and
		((uint16(18) == 247 and ($write or $override or ($signal and $s1) or $s2 or any of ($w3,$w4))) or
		 (filesize < 20MB and ($w9 or $w10) and (all of ($w3,$w4) or $w1 or ($write and $s1 and any of ($w7,$w8,$w11,$w12)) or (any of ($w5,$w6) and $w7))))
}

rule ELF_Shell_Server_Or_Client
{
	meta:
		description = "Program that gives a shell to the network"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/004/"
		severity = "high"
		score = 82
		mitre = "T1059.004 T1571"
	strings:
		$n1 = "\x00socket\x00"
		$n2 = "\x00connect\x00"
		$n3 = "\x00accept\x00"
		$d1 = "dup2" fullword
		$e1 = "execve" fullword
		$e2 = "execl" fullword
		$e3 = "execv" fullword
		$e4 = "execlp" fullword
		$e5 = "execvp" fullword
		$s1 = { 2f 62 69 6e 2f 73 68 00 }
		$s2 = { 2f 62 69 6e 2f 62 61 73 68 00 }
		$h1 = "HISTFILE="
		$h2 = "unset HISTFILE"
		$h3 = "HISTSIZE=0"
		$h4 = "exec bash --login"
		$h5 = "HISTFILE"
		$p1 = "openpty" fullword
		$p2 = "forkpty" fullword
		$p3 = "/dev/ptmx"
		$p4 = "grantpt" fullword
		$names = "socketcall" fullword // a list of system calls, as filters have, holds the names too
		$u1 = "sage:" nocase
		$u2 = "--help"
	condition:
		ELF_File and filesize < 1MB and not ELF_Library and not $names and $n1 and ($n2 or $n3) and any of ($e*) and
		(($d1 and any of ($p1,$p2) and $n3 and $e2 and filesize < 150KB) or any of ($s*)) and
		(any of ($h1,$h2,$h3) or ($h5 and any of ($p*)) or ($d1 and any of ($p1,$p2) and $n3 and filesize < 150KB) or $h4 or
		 ($d1 and filesize < 100KB and not any of ($u*)))
}

rule ELF_Raw_Shell_Code
{
	meta:
		description = "Tiny program without section headers that makes a shell by raw system calls"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/004/"
		severity = "high"
		score = 85
		mitre = "T1059.004 T1620"
	strings:
		$sh1 = { 2f 62 69 6e 2f 73 68 }
		$sh2 = { 2f 62 69 6e 2f 2f 73 68 }
		$sh3 = { 68 2f 2f 73 68 68 2f 62 69 6e }
		$sh4 = { 68 2f 73 68 00 68 2f 62 69 6e }
		$sh5 = { 2f 62 69 6e 2f 62 61 73 68 }
		$x64 = { 0f 05 }
		$x86 = { cd 80 }
		$arm = { 00 00 00 ef }
		$a64 = { 01 00 00 d4 }
		$sock1 = { 6a 29 58 }
		$sock2 = { 6a 66 58 }
		$sock3 = { b0 66 }
		$mmap = { 6a 09 58 }
		$mprot = { 6a 7d 58 }
		$conn = { 6a 2a 58 }
	condition:
		ELF_File and filesize < 8KB and (elf.number_of_sections == 0 or elf.sh_offset == 0 or elf.sh_offset > filesize) and
		any of ($x64,$x86,$arm,$a64) and (any of ($sh*) or any of ($sock*) or any of ($mmap,$mprot,$conn))
}

rule ELF_Packed
{
	meta:
		description = "Packed program"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/002/"
		severity = "medium"
		score = 65
		mitre = "T1027.002"
	strings:
		$upx = "UPX!"
		$upx2 = "$Info: This file is packed with the UPX"
		$upx3 = /UPX \d\.\d{2} Copyright/
	condition:
		ELF_File and elf.type != elf.ET_REL and
		(($upx in (0..1024) or $upx in (filesize - 512..filesize)) and (elf.number_of_sections == 0 or $upx2 or $upx3) or
		 ((uint8(4) == 2 and uint16(60) == 0 or uint8(4) == 1 and uint16(48) == 0) and elf.number_of_segments > 0 and elf.number_of_segments < 5 and filesize > 8KB and filesize < 64MB and
		  math.entropy(filesize \ 4, filesize \ 2) > 7.6))
}

rule ELF_Headers_Destroyed
{
	meta:
		description = "Program whose section headers are gone or lead nowhere, as strippers and packers leave it"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/002/"
		severity = "medium"
		score = 58
		mitre = "T1027.002 T1027.008"
	condition:
		ELF_File and filesize > 512 and
		((uint8(4) == 2 and (uint16(16) == 2 or uint16(16) == 3) and
		  ((uint32(40) == 0 and uint32(44) == 0) or uint32(44) != 0 or uint32(40) > filesize or uint16(60) == 0) ) or
		 (uint8(4) == 1 and (uint16(16) == 2 or uint16(16) == 3) and
		  (uint32(32) == 0 or uint32(32) > filesize or uint16(48) == 0)) or
		 (uint8(4) != 1 and uint8(4) != 2))
		and uint8(5) == 1
}

rule ELF_Hidden_Words
{
	meta:
		description = "Paths and names that rootkits and back doors use, hidden by one-byte XOR"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/013/"
		severity = "high"
		score = 80
		mitre = "T1027.013 T1574.006"
	strings:
		$a1 = "/etc/ld.so.preload" xor(0x01-0xff)
		$a2 = "LD_PRELOAD" xor(0x01-0xff)
		$a3 = "/proc/net/tcp" xor(0x01-0xff)
		$a4 = "HISTFILE" xor(0x01-0xff)
		$a5 = "/bin/bash" xor(0x01-0xff)
		$a6 = "/var/run/utmp" xor(0x01-0xff)
		$a7 = "/var/log/wtmp" xor(0x01-0xff)
		$a8 = "authorized_keys" xor(0x01-0xff)
		$a9 = "/dev/watchdog" xor(0x01-0xff)
		$a10 = "stratum+tcp://" xor(0x01-0xff)
		$a11 = "readdir64" xor(0x01-0xff)
		$a12 = "pam_authenticate" xor(0x01-0xff)
		$a13 = "/proc/self/exe" xor(0x01-0xff)
		$a14 = "busybox" xor(0x01-0xff)
		$b1 = "/bin/sh" xor(0x01-0xff)
		$b2 = "/proc/" xor(0x01-0xff)
		$b3 = "/tmp/" xor(0x01-0xff)
	condition:
		ELF_File and filesize < 8MB and (2 of ($a*) or any of ($a1,$a3,$a6,$a7,$a8,$a9,$a10,$a12) or (any of ($a*) and any of ($b*)))
}

rule ELF_Miner
{
	meta:
		description = "Cryptocurrency miner"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1496/001/"
		severity = "high"
		score = 82
		mitre = "T1496.001"
	strings:
		$a1 = "stratum+tcp://"
		$a2 = "stratum+ssl://"
		$a3 = "donate-level"
		$a4 = "xmrig" nocase
		$a5 = "randomx" nocase
		$a6 = "cryptonight" nocase
		$a7 = "nicehash" nocase
		$a8 = "\"method\":\"submit\""
		$a9 = "mining.subscribe"
		$a10 = "mining.authorize"
		$a11 = "hashrate" nocase
		$a12 = "cn/r" fullword
		$a13 = "rx/0" fullword
		$a14 = "pool.minexmr.com"
		$a15 = "kawpow" nocase
		$a16 = "--coin" fullword
	condition:
		ELF_File and 4 of them
}

rule ELF_Remote_Access_Agent
{
	meta:
		description = "Agent of a command-and-control framework"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1219/"
		severity = "high"
		score = 85
		mitre = "T1219 T1071.001"
	strings:
		$g1 = "merlin-agent/"
		$g2 = "Ne0nd0g/merlin"
		$g3 = "bishopfox/sliver"
		$g4 = "sliver/implant/"
		$g5 = "sliverpb"
		$g6 = "MythicAgents/"
		$g7 = "poseidon/Payload_Type"
		$g8 = "HavocFramework"
		$g10 = "meterpreter" nocase
		$g11 = "mettle" fullword
		$g12 = "core_channel_open"
		$g15 = "WangYihang/Platypus"
		$g17 = "kost/revsocks"
		$g19 = "geacon"
		$g20 = "/beacon/packet."
		$g24 = "GS_ARGS"
		$g25 = "GSOCKET_"
		$m2 = "extlib"
		$c1 = "beacon_" 
		$c2 = "checkin" nocase
	condition:
		ELF_File and (any of ($g1,$g2,$g3,$g4,$g6,$g7,$g15,$g17,$g20) or ($g5 and ($c1 or $c2)) or ($g10 and ($g11 or $m2)) or ($g11 and $g12) or $g24 or $g25 or ($g19 and $c1) or ($g8 and $c2))
}

rule ELF_Tunnel
{
	meta:
		description = "Tunnel or proxy tool for moving through networks"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1572/"
		severity = "medium"
		score = 62
		mitre = "T1572 T1090"
	strings:
		$a1 = "jpillora/chisel"
		$a2 = "ligolo-ng/"
		$a3 = "fatedier/frp"
		$a4 = "ehang.io/nps"
		$a5 = "Stowaway/"
		$a6 = "ph4ntonn/Stowaway"
		$a7 = "gs-netcat"
		$a8 = "dnscat2" nocase
		$a9 = "lcx -slave" 
		$a10 = "rcsocks"
		$a11 = "lcx_tran"
		$a12 = "ssocksd"
		$a14 = "EddieIvan01/iox"
		$a15 = "go-gost/"
		$a16 = "ginuerzh/gost"
		$a18 = "go.ngrok.com/"
		$a20 = "ptunnel-ng"
		$a21 = "icmptunnel"
	condition:
		ELF_File and any of ($a1,$a2,$a3,$a4,$a5,$a6,$a7,$a8,$a9,$a14,$a15,$a16,$a18,$a20,$a21) or (ELF_File and ($a10 and $a12 or $a11 and $a12))
}

rule ELF_Botnet_Client
{
	meta:
		description = "Client of a botnet: floods, scanner and killer in one program"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1584/005/"
		severity = "high"
		score = 82
		mitre = "T1584.005 T1498"
	strings:
		$a1 = "/dev/watchdog"
		$a2 = "/dev/misc/watchdog"
		$a3 = "/bin/busybox"
		$a4 = "ECCHI" 
		$a5 = "applet not found"
		$a6 = /(UDP|TCP|SYN|ACK|HTTP|STD|VSE|XMAS)[ _]?FLOOD/ nocase
		$a7 = "/proc/net/route"
		$a8 = "/proc/net/tcp"
		$a9 = "PING" fullword
		$a10 = "PONG" fullword
		$a11 = /(KILLATTK|LOLNOGTFO|GETLOCALIP)\x00/
		$a12 = /wget http:\/\/\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\/[^\x00]{1,80}; ?(chmod|sh)/
		$a13 = "User-Agent: Mozilla"
		$a14 = "TSource Engine Query"
		$a15 = "enable\x00system\x00shell"
		$a16 = "xc3511"
		$a17 = "vizxv"
	condition:
		ELF_File and filesize < 5MB and ((5 of them and any of ($a4,$a6,$a11,$a12,$a14,$a16,$a17)) or ($a12 and 2 of them) or ($a16 and $a17) or ($a14 and $a6))
}

rule ELF_Loader_From_Memory
{
	meta:
		description = "Small program that fetches another and runs it without a file"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1620/"
		severity = "medium"
		score = 62
		mitre = "T1620"
	strings:
		$m1 = "memfd_create" fullword
		$m2 = "fexecve" fullword
		$m3 = "execveat" fullword
		$m4 = "/proc/self/fd/%d"
		$m5 = "/proc/%d/fd/%d"
		$n1 = "socket" fullword
		$n2 = "connect" fullword
		$n3 = "recv" fullword
		$n4 = "curl_easy_perform" fullword
		$n5 = "getaddrinfo" fullword
		$n6 = "SSL_read" fullword
		$e1 = "execve" fullword
		$e2 = "execl" fullword
		$table = "get_mempolicy" fullword // lists the names of all system calls
	condition:
		ELF_File and filesize < 256KB and not $table and $m1 and (any of ($m2,$m3,$m4,$m5)) and ((any of ($n1,$n2) and any of ($n3,$n5,$n6)) or $n4 or ($m2 and any of ($n*)) or ($m4 and any of ($e*) and any of ($n*)))
}

rule ELF_Log_Wiper
{
	meta:
		description = "Program that edits login records"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1070/002/"
		severity = "medium"
		score = 62
		mitre = "T1070.002"
	strings:
		$a1 = "/var/log/wtmp"
		$a2 = "/var/run/utmp"
		$a3 = "/var/log/lastlog"
		$a4 = "/var/log/btmp"
		$w1 = /(wip|clean|remov|hid|zap|eras)(e|ing|ed|er)? [^\x00]{0,20}(log|wtmp|utmp|record|entr|track)/ nocase
		$w2 = "logcleaner" nocase
		$w3 = "zap2" fullword nocase
	condition:
		ELF_File and filesize < 256KB and 2 of ($a*) and any of ($w*)
}
