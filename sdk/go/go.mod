module countersign.dev/guard

go 1.24
