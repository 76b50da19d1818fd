"""A survey of a folder of OpenAPI documents with call plans: each document loaded, called and measured in a process of its own."""
