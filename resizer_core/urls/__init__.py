"""Read the paths of requests, and write them: the grammar of SPECs, signatures and keys."""
