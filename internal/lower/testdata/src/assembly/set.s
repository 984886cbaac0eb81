// What sets the variable would stand here.
