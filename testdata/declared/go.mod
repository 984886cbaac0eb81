module declared

go 1.26.0
