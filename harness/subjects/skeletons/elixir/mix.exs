defmodule Driver.MixProject do
  use Mix.Project

  # REPLACE: your SDK goes into deps, by version or by path; then `mix deps.get` writes mix.lock.
  def project do
    [app: :driver, version: "0.0.0", elixir: "~> 1.18", deps: []]
  end

  def application do
    [extra_applications: [:logger]]
  end
end
