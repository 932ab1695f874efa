export * from "./buildImages.ts";
export * from "./definition.ts";
export * from "./errors.ts";
export { type CatalogueOptions, type ImageCatalogue, type ImageReference, imageCatalogue } from "./imageSet.ts";
