module example.invalid/driver

go 1.23
