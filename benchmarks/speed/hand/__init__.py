"""What a careful person writes instead: close and insert, over staged rows; knows no late change and keeps no log."""
