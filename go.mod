module github.com/seed-181f3109/assay

go 1.26.3

require github.com/containerd/containerd/v2 v2.3.3 // indirect
