"""What can happen in selling to key accounts, and what may be asked. Pure: attrs and the standard library."""
