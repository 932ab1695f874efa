// Command pulumi-resource-random bridges the upstream random provider.
package main

import (
	"context"
	"errors"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/terraform-providers/terraform-provider-random/shim"

	"supalove.dev/engine/plugins/schema"
)

const (
	name    = "random"
	version = "4.21.2" // must equal the npm SDK's version
)

func info() tfbridge.ProviderInfo {
	p := tfbridge.ProviderInfo{
		P:            pf.ShimProvider(shim.New()),
		Name:         name,
		Version:      version,
		MetadataInfo: tfbridge.NewProviderMetadata(schema.NoMetadata),
		Resources: map[string]*tfbridge.ResourceInfo{
			// random_bytes has no "id"; its base64 text serves.
			"random_bytes": {ComputeID: func(_ context.Context, s resource.PropertyMap) (resource.ID, error) {
				v := s["base64"]
				for v.IsSecret() {
					v = v.SecretValue().Element
				}
				if !v.IsString() {
					return "", errors.New("random_bytes: no base64 in state")
				}
				return resource.ID(v.StringValue()), nil
			}},
		},
		EnableAccurateBridgePreview: true,
		EnableRawStateDelta:         true,
	}
	std := tokens.MakeStandard(name)
	// The SDK's classes are RandomPassword, RandomString, ...: the prefix is part of the token.
	p.MustComputeTokens(tokens.SingleModule("random_", "index", func(mod, n string) (string, error) {
		return std(mod, "Random"+n)
	}))
	return p
}

func main() {
	pf.Main(context.Background(), name, info(), pf.ProviderMetadata{PackageSchema: schema.Minimal(name, version)})
}
