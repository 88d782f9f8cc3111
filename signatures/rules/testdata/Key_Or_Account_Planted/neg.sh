ssh-copy-id -i ~/.ssh/id_ed25519.pub admin@192.0.2.1
