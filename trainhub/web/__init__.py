"""What all pages share: access, language, forms, assets, navigation, errors. No subject."""
