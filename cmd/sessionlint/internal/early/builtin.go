package early

import (
	"bytes"
	"os"
	"slices"
)

// EnvVar names the environment variable with the name of a settings file; package
// settings tells of it.
const EnvVar = "SESSIONLINT_CONFIG"

// Flags of units with contracts and with functions that never return.
const (
	SettingsFlag = "-settings="
	DefineFlag   = "-refflow.define="
	NoReturnFlag = "-refflow.noreturn="
)

// OwnContracts reports whether there can be contracts besides the built-in ones:
// in flags, in the settings that a flag holds, or, without such a flag, in the file
// that the environment names.
func OwnContracts(flags []string) bool {
	var settings []byte
	for _, text := range flags {
		flag := append([]byte("-"), bytes.TrimLeft([]byte(text), "-")...)
		if bytes.HasPrefix(flag, []byte(DefineFlag)) || bytes.HasPrefix(flag, []byte(NoReturnFlag)) {
			return true
		}
		if text, ok := bytes.CutPrefix(flag, []byte(SettingsFlag)); ok {
			settings = text
		}
	}
	if len(settings) == 0 {
		return os.Getenv(EnvVar) != ""
	}
	return bytes.Contains(settings, []byte(`"contracts":`)) || bytes.Contains(settings, []byte(`"noreturn":`))
}

// What follows is in the built-in contracts, and written here because building
// those takes longer than everything else that is done for most units. A test holds
// it against them.

// packages are the Go packages with built-in contracts.
var packages = []string{"github.com/sessionlint/sessionlint/session"}

// noReturn are the names of functions that never return, without package and receiver.
var noReturn = []string{
	"Exit", "ExitDepth", "Exitf", "Exitln", "Fail", "FailNow", "FailNowf", "Failf", "Fatal", "FatalDepth", "Fatalf",
	"Fatalln", "Fatalw", "Goexit", "Panic", "Panicf", "Panicln", "Panicw", "Skip", "SkipNow", "Skipf",
}

// ends are functions, not methods, that never return, sorted. Their packages are
// called as the last element of their path, a major version aside.
var ends = []string{
	"github.com/golang/glog.Exit", "github.com/golang/glog.ExitDepth", "github.com/golang/glog.Exitf",
	"github.com/golang/glog.Exitln", "github.com/golang/glog.Fatal", "github.com/golang/glog.FatalDepth",
	"github.com/golang/glog.Fatalf", "github.com/golang/glog.Fatalln", "github.com/sirupsen/logrus.Exit",
	"github.com/sirupsen/logrus.Fatal", "github.com/sirupsen/logrus.Fatalf", "github.com/sirupsen/logrus.Fatalln",
	"github.com/sirupsen/logrus.Panic", "github.com/sirupsen/logrus.Panicf", "github.com/sirupsen/logrus.Panicln",
	"github.com/stretchr/testify/require.Fail", "github.com/stretchr/testify/require.FailNow",
	"github.com/stretchr/testify/require.FailNowf", "github.com/stretchr/testify/require.Failf",
	"golang.org/x/sys/unix.Exit", "google.golang.org/grpc/grpclog.Fatal", "google.golang.org/grpc/grpclog.FatalDepth",
	"google.golang.org/grpc/grpclog.Fatalf", "google.golang.org/grpc/grpclog.Fatalln", "k8s.io/klog.Exit",
	"k8s.io/klog.ExitDepth", "k8s.io/klog.Exitf", "k8s.io/klog.Exitln", "k8s.io/klog.Fatal", "k8s.io/klog.FatalDepth",
	"k8s.io/klog.Fatalf", "k8s.io/klog.Fatalln", "k8s.io/klog/v2.Exit", "k8s.io/klog/v2.ExitDepth", "k8s.io/klog/v2.Exitf",
	"k8s.io/klog/v2.Exitln", "k8s.io/klog/v2.Fatal", "k8s.io/klog/v2.FatalDepth", "k8s.io/klog/v2.Fatalf",
	"k8s.io/klog/v2.Fatalln", "log.Fatal", "log.Fatalf", "log.Fatalln", "log.Panic", "log.Panicf", "log.Panicln",
	"os.Exit", "runtime.Goexit", "syscall.Exit",
}

// Imports reports whether the Go package with this path has built-in contracts.
func Imports(path string) bool { return slices.Contains(packages, path) }

// NoReturn returns the names of functions that never return by built-in contracts.
func NoReturn() []string { return noReturn }

// Ends reports whether a function never returns by built-in contracts.
func Ends(path, name string) bool {
	_, found := slices.BinarySearch(ends, path+"."+name)
	return found
}
