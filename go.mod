module github.com/seed-181f3109/assay

go 1.26.0
