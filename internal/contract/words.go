package contract

// The vocabulary as data: the decoder accepts exactly these words, and
// documentation and `sessionlint contracts` print their meanings.

// A Word is one word of the contract language.
type Word struct {
	Word    string
	Meaning string // one line, no full stop
}

// Effects returns every effect of a call on an argument.
func Effects() []Word {
	return []Word{
		{string(Use), "reads the argument during the call only; what every unlisted argument gets"},
		{string(UpRef), "the caller gains one reference on the argument, if the call succeeds"},
		{string(Free), "gives back one of the caller's references"},
		{string(Take), "the callee takes over one of the caller's references"},
		{string(Own), "the callee takes a reference of its own, kept by another argument or the result; the caller still owes its own"},
		{string(EndsBorrows), "ends what was borrowed from this argument"},
		{string(MayEnd), "may end what was borrowed from this argument, depending on state the caller does not see"},
		{string(DropsCached), "the cache in this argument may give up its own references; the caller's stay"},
		{string(Reuse), "pointer to a handle: nil, or pointing to nil, makes a new object; otherwise that object is overwritten"},
		{string(OutBorrowed), "writes a pointer borrowed from another argument through this one"},
		{string(OutOwned), "writes a reference or buffer that the caller must free through this one"},
		{string(OutValue), "writes a plain value through this one"},
		{string(Mutate), "changes the object; pointers borrowed from its inside may end"},
		{string(SetValue), "changes a number or a state in the object; no borrow ends"},
		{string(StorePointer), "keeps the bare pointer, uncounted; the caller keeps it alive"},
		{string(Callback), "registers a callback of the named kind"},
		{string(Unknown), "may keep, count, change or free it, as a function without a contract may"},
		{string(MayAddRef), "the result may be this very object with one more reference"},
	}
}

// Untils returns what can be said of the end of a borrow. Without a word every
// event that ends borrows of the lender ends it.
func Untils() []Word {
	return []Word{
		{string(CertainEnd), "only what certainly ends it: what replaces the lent object shares it"},
		{string(LenderGone), "only the end of the lender itself"},
	}
}

// Ownerships returns everything a result can be to the caller.
func Ownerships() []Word {
	return []Word{
		{string(None), "no value, or one that owns nothing"},
		{string(Value), "a number, a text or a pointer that nobody counts"},
		{string(Status), "success or failure of the call"},
		{string(Owned), "one reference that the caller must free, or nil"},
		{string(Borrowed), "lent by an argument; valid while that lends it, never freed by the caller, or nil"},
		{string(OwnedUnlessReuse), "owned if the reuse argument was nil or pointed to nil; otherwise the reused object, without a new reference"},
		{string(Static), "a sentinel that is never counted and never freed"},
		{string(ErrorResult), "a Go error: nil exactly on success"},
	}
}

// Successes returns the forms of a status.
func Successes() []Word {
	return []Word{
		{string(One), "1 is success, 0 is failure"},
		{string(Zero), "0 is success, anything else is failure"},
		{string(NonZero), "anything but 0 is success"},
		{string(True), "true is success"},
		{string(NilErr), "a nil error is success"},
	}
}

// Words of the smaller closed sets.
var (
	whens      = []string{"success", "failure"}
	givens     = []string{"lent", "offered", "out", "copy_flag", "kept_flag"}
	callTimes  = []string{"once", "maybe", "many"}
	callWhens  = []string{"now", "spawned", "later", "collected"}
	conditions = []string{"nil", "non_nil", "true", "false"}
	cellWords  = []string{"load", "store", "swap", "compare_and_swap"}
	boolWords  = []string{"true", "false"}
	verifieds  = []string{"run", "source", "doc"}
	reuses     = []string{string(Replaced), string(Lost)}
	libraries  = []string{"openssl", "libressl", "boringssl", "awslc", "wolfssl"}
)

// DefaultLibrary is the profile that the entries describe: OpenSSL 3. Where
// another library differs is a Variant.
const DefaultLibrary = "openssl-3"

func wordsOf(list []Word) []string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = w.Word
	}
	return words
}
