// The address of the pages, which `make deploy-web` prints. It must be https and allowed, see README.md.
module.exports = { site: "https://posthouse.example" };
