cp ~/.kube/config /backup/kube; chmod 600 ~/.ssh/id_rsa
