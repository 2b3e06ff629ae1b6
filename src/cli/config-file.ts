import { Option } from 'commander'

/** `--config FILE`, also TELLTALE_CONFIG; without either the defaults hold. */
export function configFileOption(): Option {
  return new Option('-c, --config <file>', 'configuration in YAML or TOML').env('TELLTALE_CONFIG')
}
