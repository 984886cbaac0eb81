/* The least that a vet tool can do: answer the go command's questions and write an empty facts file. NONCE makes two
   builds two tools, so that one has no cached answers of the other. */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
	static char text[1 << 20];
	FILE *f;
	char *at, *end;
	size_t n;
	if (argc > 1 && !strcmp(argv[1], "-V=full")) {
		puts("floor version devel buildID=" NONCE);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "-flags")) {
		puts("[]");
		return 0;
	}
	f = argc > 1 ? fopen(argv[argc - 1], "r") : 0;
	if (!f)
		return 2;
	n = fread(text, 1, sizeof text - 1, f);
	text[n] = 0;
	for (int i = 0; i < 2; i++) {
		const char *key = i ? "\"Stdout\": \"" : "\"VetxOutput\": \"";
		at = strstr(text, key);
		if (!at)
			continue;
		at += strlen(key);
		end = strchr(at, '"');
		*end = 0;
		if (*at && !fopen(at, "w"))
			return 2;
		*end = '"';
	}
	return 0;
}
