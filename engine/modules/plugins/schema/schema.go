// Package schema holds what a plugin tells of itself. Programs in Node carry their own SDK and never ask for more;
// only `pulumi package get-schema` and SDK generation would.
package schema

import "fmt"

// NoMetadata is the bridge's metadata of a plugin whose SDK was generated elsewhere.
var NoMetadata = []byte("{}")

// Minimal is a schema with nothing but the plugin's name and version.
func Minimal(name, version string) []byte {
	return fmt.Appendf(nil, `{"name":%q,"version":%q}`, name, version)
}
