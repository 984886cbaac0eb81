package refflow

// For the tests of package refflow_test.
var (
	CheckNames     = checkNames
	EncodeContract = encodeContract
	DecodeContract = decodeContract
)
