package contract

import "slices"

// This file declares the vocabulary as data types. The tables are YAML files
// (tables/*.yaml) in exactly these words; decode.go reads them, lookup.go finds
// an entry. What each word means in one line is data too: see words.go.

// Effect is what a call does to one argument.
type Effect string

const (
	Use          Effect = "use"             // reads it during the call; the default for every argument
	UpRef        Effect = "up_ref"          // the caller gains one reference, if the status says so
	Free         Effect = "free"            // gives back one of the caller's references; nil is accepted if NilSafe
	Take         Effect = "take"            // the callee takes over one of the caller's references (see Param.When)
	Own          Effect = "own"             // the callee takes a reference of its own, kept by argument Param.By; the caller still owes its own
	EndsBorrows  Effect = "ends_borrows"    // borrows from this argument end (SSL_set_session, argument 0)
	MayEnd       Effect = "may_end_borrows" // the same, depending on state nobody sees; Param.Why says on what
	DropsCached  Effect = "drops_cached"    // a cache may give up its own references; the caller's stay
	Reuse        Effect = "reuse"           // pointer to a handle, d2i style: nil or *p == nil makes a new object, else *p is overwritten
	OutBorrowed  Effect = "out_borrowed"    // writes through it a pointer borrowed from argument Param.From
	OutOwned     Effect = "out_owned"       // writes through it a reference (or buffer) that the caller must free
	OutValue     Effect = "out_value"       // writes a plain value through it
	Mutate       Effect = "mutate"          // changes the object; borrows from it (sub-objects) may end
	StorePointer Effect = "store_pointer"   // keeps the bare pointer, uncounted
	Callback     Effect = "callback"        // registers a callback of kind Param.Callback
	MayAddRef    Effect = "may_add_ref"     // the result may be this very object with one more reference
	SetValue     Effect = "set_value"       // changes a number or a state in the object; no borrow ends
	Unknown      Effect = "unknown"         // nobody knows: as an argument of a function without a contract
)

// Ownership is what a result is to the caller.
type Ownership string

const (
	None             Ownership = "none"     // no value, or one without ownership
	Value            Ownership = "value"    // a number or text
	Status           Ownership = "status"   // success or failure, see Function.Success
	Owned            Ownership = "owned"    // the caller gets one reference, or nil
	Borrowed         Ownership = "borrowed" // lent by argument Result.From, or nil
	OwnedUnlessReuse Ownership = "owned_unless_reused"
	Static           Ownership = "static" // a sentinel that is never counted
	ErrorResult      Ownership = "error"  // Go error: nil exactly on success
)

// Success says which values of a status result mean success.
type Success string

const (
	One     Success = "one"     // 1; failure is 0
	Zero    Success = "zero"    // 0; failure is anything else
	NonZero Success = "nonzero" // anything but 0
	True    Success = "true"    // Go bool
	NilErr  Success = "nil"     // Go error is nil
)

// A Param is the contract of one argument.
type Param struct {
	Effect   Effect
	Handle   string // handle it points to (directly, or through one more pointer for Reuse and the Out effects), or ""; also what a void * stands for
	From     int    // OutBorrowed: index of the lending argument
	By       int    // Own: index of the argument that keeps the new reference, or ByResult
	Callback string // Callback: kind
	When     string // "" always, "success", "failure": for Take, OutOwned, UpRef and Own
	Why      string // MayEnd, DropsCached: on what condition borrows end, as a message says it behind "if"
	// Uncaches is on what condition the caches that hold what this argument lends
	// give it up as well: Free, EndsBorrows and MayEnd of a connection.
	Uncaches string
	// Ends names the functions whose borrows from this argument end (Mutate);
	// empty means every borrow may.
	Ends []string
}

// ByResult is Param.By where the result keeps the reference: an SSL made by
// SSL_new holds its SSL_CTX.
const ByResult = -1

// A Result is the contract of one result.
type Result struct {
	Ownership Ownership
	Handle    string // contract name of the handle it points to, or ""
	From      int    // Borrowed: lending argument; OwnedUnlessReuse: the pointer argument
	Fresh     bool   // a new object, different from every value that existed before the call
	Until     Until  // Borrowed: what ends it
	NilWhen   string // for people
	NonNil    bool   // never nil (on success, if there is a status)
}

// Until says which events end a borrow.
type Until string

const (
	AnyEnd     Until = ""            // every event that ends borrows of the lender
	CertainEnd Until = "certain_end" // not one that only may (MayEnd): whatever replaces the lent object shares it
	LenderGone Until = "lender_gone" // none but the end of the lender itself
)

// A Function is the contract of one C function, Go function or Go method.
type Function struct {
	Name     string // C identifier, or full Go name: "path.F", "(*path.T).M"
	Go       bool
	Args     int      // number of arguments, receiver included; -1 if it varies or is not known
	Like     string   // canonical name whose runtime operation this is; its own Name unless said otherwise
	Handle   string   // the handle it is about, or ""
	Params   []Param  // by index, the receiver of a Go method first; missing ones are Use
	Results  []Result // by index
	Success  Success
	NilSafe  bool // Free: nil is a no-op
	Pure     bool // equal arguments give equal results while nothing is written
	NoReturn bool

	// For people and for profiles.
	Signature  string
	Deprecated string // version of OpenSSL that deprecates it, or ""
	Libraries  []Availability
	Variants   []Variant
	Verified   string // how the entry was checked: "run", "source", "doc"
	Source     string
	Notes      string
	ByUser     bool // from a user's file or directive: replay interprets it, and the finding says "by contract"
}

// An Availability says where a function can be had.
type Availability struct {
	Library string // "openssl", "libressl", "boringssl", "awslc", "wolfssl"
	Has     string // versions ("1.1.1+"), "yes", "macro" or "no"
}

// A Variant is where one library differs.
type Variant struct {
	Library string  // one library ("wolfssl"), or one with a version ("openssl-1.1.1")
	Args    int     // number of arguments there, or -1: the same
	Params  []Param // parameters that differ; one without Effect is the same
	Success Success // what a status means there, or "": the same
	Reused  Reused  // what becomes of the object of a Reuse parameter
	Note    string
}

// Reused is what becomes of the object that a Reuse parameter points to.
type Reused string

const (
	Overwritten Reused = ""         // it stays, with new contents
	Replaced    Reused = "replaced" // its reference is given back, and the pointer set to a new object
	Lost        Reused = "lost"     // nothing: the pointer is set to a new object, and the old reference stays owed
)

// Param returns the contract of argument i; unlisted arguments are used.
func (f *Function) Param(i int) Param {
	if i < len(f.Params) && f.Params[i].Effect != "" {
		return f.Params[i]
	}
	return Param{Effect: Use}
}

// MayFail reports whether a call can go two ways. What has no status, and no result
// that may be nil, always does what the contract says.
func (f *Function) MayFail() bool {
	return f.Success != "" || slices.ContainsFunc(f.Results, func(res Result) bool {
		switch res.Ownership {
		case Owned, Borrowed, OwnedUnlessReuse:
			return !res.NonNil
		}
		return res.Ownership == Status || res.Ownership == ErrorResult
	})
}

// A Handle is one counted type.
type Handle struct {
	Name    string   // "SSL_SESSION"
	Noun    string   // "session": used in messages
	CTypes  []string // C type names as cgo writes them without prefix: "SSL_SESSION", "struct_ssl_session_st"
	GoTypes []string // full names of Go types that stand for it: "github.com/.../session.Session"
	Free    string   // canonical name of its free
	UpRef   string   // canonical name of its up_ref, or ""
	LentBy  []string // handles that may own it: SSL, SSL_CTX
	// OwnerOnly: it is followed because it owns other handles; faults in its own
	// count are not what the table is about.
	OwnerOnly bool
	ByUser    bool
}

// A CallbackKind is the contract of a callback that the program supplies.
type CallbackKind struct {
	Kind      string // "new_session"
	Signature string
	Params    []CallbackParam
	Results   []CallbackParam // Given is "out", "kept_flag", "copy_flag" or ""
	In, Out   string          // for people
	Notes     string
	Verified  string
}

// Gives is the handle that the callback returns or writes for the library, or "".
func (k *CallbackKind) Gives() string {
	for _, list := range [][]CallbackParam{k.Results, k.Params} {
		for _, p := range list {
			if p.Given == "out" {
				return p.Handle
			}
		}
	}
	return ""
}

// A CallbackParam is what the library hands to the callback, or expects back
// through a parameter or as a result.
type CallbackParam struct {
	Name   string
	Handle string // handle it points to, or ""
	// Given: "lent" for the call; "offered" (kept if the kept_flag result is not
	// 0); "out" (the callback writes or returns a reference, which the library
	// takes over; where there is a copy flag, only if that is 0); "copy_flag";
	// "kept_flag"; "" nothing.
	Given string
	// When is "success" for an out parameter whose reference is taken only if
	// the callback returns non-zero, else "".
	When string
}

// An Event ends borrows from an owner.
type Event struct {
	Event    string
	Owner    string // handle
	Ends     string
	Definite bool     // the call always does it; otherwise it may, depending on state nobody sees
	Triggers []string // canonical function names that are or may contain the event
	Verified string
	Notes    string
}

// A Behaviour is what is known of a Go function that is about no handle: the
// standard library's and its like. Functions without one may keep whatever they
// are given.
//
// Parameter indices count the receiver of a method as 0. The elements of a
// variadic parameter share its index.
type Behaviour struct {
	Name     string // full name: "fmt.Println", "(*testing.common).Fatal"; a table may say "strings.*" or "(*sync.Mutex).*"
	NoReturn bool   // never returns: os.Exit, log.Fatal, t.Fatal, runtime.Goexit
	Unwinds  bool   // NoReturn: deferred calls run first (panic, runtime.Goexit)
	Harmless bool   // only reads its arguments during the call, except for what Calls and Keeps say
	NonNil   bool   // its (last) result is never nil: errors.New, fmt.Errorf
	NonNilIf int    // 1 + index of the parameter whose non-nilness (true: of an error) makes result 0 non-nil or true imply it; 0: none
	Calls    []CallsArg

	// NilIfNil lists the parameters that make the last result nil if all of them
	// are nil, and non-nil otherwise: errors.Join, errors.Wrap.
	NilIfNil []int

	// Keeps lists the parameters that the callee keeps after the call: a
	// hand-over (sync.Pool.Put). The others are only read. KeepsWhen "true" or "false": only if the last
	// result, a bool, is that (CompareAndSwap); "" always.
	Keeps     []int
	KeepsWhen string
	// Cell "load", "store", "swap" or "compare_and_swap": what it does to the variable that
	// parameter 0 points to. A store and a swap get the new value in parameter 1, a
	// compare-and-swap, whose result says whether it has stored, in parameter 2.
	Cell string
	// Returns: the call comes back only under this condition (require.NoError).
	Returns   *Condition
	KeepAlive bool // its arguments are alive until here: runtime.KeepAlive
	ByUser    bool
}

// A Condition is a fact about one argument.
type Condition struct {
	Param int
	Is    string // "nil", "non_nil", "true", "false"
}

// A CallsArg says that a function argument is called: when and how often.
type CallsArg struct {
	Param int
	When  string // "now": before the call returns; "spawned": in a goroutine that the call starts; "later": once, after it; "collected": when the garbage collector finds the object of Object dead
	Times string // "once", "maybe", "many"
	// Object is the parameter that is passed to the function ("later" and
	// "collected": runtime.SetFinalizer(obj, f) passes obj), or -1.
	Object int
	// Of is the parameter whose collection starts the call ("collected":
	// runtime.AddCleanup(ptr, f, arg) waits for ptr and passes arg), or -1.
	Of int
}
