"""What the law says: lifecycles, clauses, date rules, disputed questions and the dated record."""
