// The executable's entry.
return 0;
