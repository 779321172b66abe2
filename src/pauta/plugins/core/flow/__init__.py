"""Flow control: which task comes next. Pure: nothing here touches the outside."""
